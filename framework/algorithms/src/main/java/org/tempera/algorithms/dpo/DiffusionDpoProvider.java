package org.tempera.algorithms.dpo;

import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;

/** Provides {@link DiffusionDpo}. */
public final class DiffusionDpoProvider implements AlgorithmProvider<DiffusionDpoConfig> {
    @Override
    public String name() {
        return "diffusion-dpo";
    }

    @Override
    public String description() {
        return "Direct preference optimisation on choices, or on samples ranked by a reward (Wallace et al. 2023)";
    }

    @Override
    public Class<DiffusionDpoConfig> configType() {
        return DiffusionDpoConfig.class;
    }

    @Override
    public DiffusionDpoConfig defaults() {
        return DiffusionDpoConfig.defaults();
    }

    @Override
    public Algorithm create(DiffusionDpoConfig config) {
        return new DiffusionDpo(config);
    }
}
