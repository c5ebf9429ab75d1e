package org.tempera.algorithms.rwr;

import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;

/** Provides {@link Rwr}. */
public final class RwrProvider implements AlgorithmProvider<RwrConfig> {
    @Override
    public String name() {
        return "rwr";
    }

    @Override
    public String description() {
        return "Reward-weighted regression on the policy's own samples (Lee et al. 2023, Black et al. 2023)";
    }

    @Override
    public Class<RwrConfig> configType() {
        return RwrConfig.class;
    }

    @Override
    public RwrConfig defaults() {
        return RwrConfig.defaults();
    }

    @Override
    public Algorithm create(RwrConfig config) {
        return new Rwr(config);
    }

    /** {@inheritDoc} It fits the policy to the same samples several times; at more it rises and falls back. */
    @Override
    public double learningRateFactor() {
        return 0.1;
    }
}
