package org.tempera.algorithms.dpok;

import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;

/** Provides {@link Dpok}. */
public final class DpokProvider implements AlgorithmProvider<DpokConfig> {
    @Override
    public String name() {
        return "dpok";
    }

    @Override
    public String description() {
        return "Policy gradient on single transitions, held near the reference by their KL divergence (Fan et al. 2023)";
    }

    @Override
    public Class<DpokConfig> configType() {
        return DpokConfig.class;
    }

    @Override
    public DpokConfig defaults() {
        return DpokConfig.defaults();
    }

    @Override
    public Algorithm create(DpokConfig config) {
        return new Dpok(config);
    }
}
