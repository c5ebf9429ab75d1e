package org.tempera.algorithms.d3po;

import java.util.Optional;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.stats.PairsConfig;
import org.tempera.algorithms.stats.RewardPairs;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.testkit.AlgorithmContract;

public class D3poContractTest extends AlgorithmContract<D3poConfig> {
    @Override
    protected Class<? extends AlgorithmProvider<D3poConfig>> providerType() {
        return D3poProvider.class;
    }

    @Override
    protected D3poConfig config() {
        return new D3poConfig(
                new StepwiseConfig(new UpdateConfig(8, 1, 1), 1),
                new PairsConfig(RewardPairs.Rule.NEIGHBOURS),
                0.1,
                LogProbKind.SUM,
                Optional.empty());
    }

    @Override
    protected int samplesPerPrompt() {
        return 4;
    }
}
