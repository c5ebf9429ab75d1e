package org.tempera.algorithms.constrained;

import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmWrapper;

/** Provides {@link Constrained}. */
public final class ConstrainedProvider implements AlgorithmWrapper<ConstrainedConfig> {
    @Override
    public String name() {
        return "constrained";
    }

    @Override
    public String description() {
        return "Another algorithm on a mixed reward that keeps rewards with role = constraint above bounds";
    }

    @Override
    public Class<ConstrainedConfig> configType() {
        return ConstrainedConfig.class;
    }

    @Override
    public ConstrainedConfig defaults() {
        return ConstrainedConfig.defaults();
    }

    @Override
    public String wraps(ConstrainedConfig config) {
        return config.of();
    }

    @Override
    public Algorithm create(ConstrainedConfig config, Algorithm wrapped) {
        return new Constrained(config, wrapped);
    }
}
