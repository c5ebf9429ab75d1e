package org.tempera.algorithms.rwr;

import org.tempera.algorithms.loss.DistanceConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.testkit.AlgorithmContract;

public class RwrContractTest extends AlgorithmContract<RwrConfig> {
    @Override
    protected Class<? extends AlgorithmProvider<RwrConfig>> providerType() {
        return RwrProvider.class;
    }

    /** Colder and longer than the defaults, so that a dozen epochs of 16 samples show it. */
    @Override
    protected RwrConfig config() {
        return new RwrConfig(
                new UpdateConfig(8, 1, 10),
                RwrWeights.Weighting.EPOCH,
                0.3,
                RwrConfig.defaults().rewardNormalisation(),
                true,
                DistanceConfig.none());
    }
}
