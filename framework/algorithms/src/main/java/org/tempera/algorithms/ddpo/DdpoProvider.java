package org.tempera.algorithms.ddpo;

import java.util.List;
import java.util.Map;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;

/** Provides {@link Ddpo}. */
public final class DdpoProvider implements AlgorithmProvider<DdpoConfig> {
    @Override
    public String name() {
        return "ddpo";
    }

    @Override
    public String description() {
        return "Policy gradient with the final reward at every step (Black et al. 2023)";
    }

    @Override
    public Class<DdpoConfig> configType() {
        return DdpoConfig.class;
    }

    @Override
    public DdpoConfig defaults() {
        return DdpoConfig.defaults();
    }

    @Override
    public Algorithm create(DdpoConfig config) {
        return new Ddpo(config);
    }

    /** {@inheritDoc} An epoch is averaged into few steps. */
    @Override
    public double learningRateFactor() {
        return 3;
    }

    @Override
    public Map<String, List<String>> variants() {
        return Map.of("ddpo-kl", List.of("kl-loss=0.01"));
    }
}
