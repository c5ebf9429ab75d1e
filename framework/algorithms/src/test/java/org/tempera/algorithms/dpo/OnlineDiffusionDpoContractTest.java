package org.tempera.algorithms.dpo;

import org.tempera.algorithms.stats.PairsConfig;
import org.tempera.algorithms.stats.RewardPairs;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.testkit.AlgorithmContract;

public class OnlineDiffusionDpoContractTest extends AlgorithmContract<DiffusionDpoConfig> {
    @Override
    protected Class<? extends AlgorithmProvider<DiffusionDpoConfig>> providerType() {
        return DiffusionDpoProvider.class;
    }

    /** The toy policy's errors are near 1, not near a thousandth as those of a trained model's change. */
    @Override
    protected DiffusionDpoConfig config() {
        return new DiffusionDpoConfig(
                new UpdateConfig(8, 1, 2),
                20,
                DiffusionDpoConfig.Source.ONLINE,
                new PairsConfig(RewardPairs.Rule.NEIGHBOURS));
    }

    @Override
    protected int samplesPerPrompt() {
        return 4;
    }
}
