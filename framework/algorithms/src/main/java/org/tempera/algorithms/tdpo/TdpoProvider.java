package org.tempera.algorithms.tdpo;

import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;

/** Provides {@link Tdpo} as {@code tdpo}. */
public final class TdpoProvider implements AlgorithmProvider<TdpoConfig> {
    @Override
    public String name() {
        return "tdpo";
    }

    @Override
    public String description() {
        return "TDPO: a value and an update at every denoising step (Zhang et al. 2024)";
    }

    @Override
    public Class<TdpoConfig> configType() {
        return TdpoConfig.class;
    }

    @Override
    public TdpoConfig defaults() {
        return TdpoConfig.defaults();
    }

    @Override
    public Algorithm create(TdpoConfig config) {
        return new Tdpo(config, ResetMode.NONE);
    }
}
