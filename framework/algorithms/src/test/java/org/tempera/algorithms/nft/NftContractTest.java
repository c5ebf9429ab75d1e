package org.tempera.algorithms.nft;

import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.testkit.AlgorithmContract;

public class NftContractTest extends AlgorithmContract<NftConfig> {
    @Override
    protected Class<? extends AlgorithmProvider<NftConfig>> providerType() {
        return NftProvider.class;
    }

    @Override
    protected int samplesPerPrompt() {
        return 4;
    }

    /** Further at a time than by default, so that a dozen epochs of 16 samples show it. */
    @Override
    protected NftConfig config() {
        NftConfig d = NftConfig.defaults();
        return new NftConfig(
                new StepwiseConfig(new UpdateConfig(8, 1, 2), 0.6),
                d.timesteps(),
                0.1,
                d.weighting(),
                d.advantages(),
                d.distance(),
                true);
    }
}
