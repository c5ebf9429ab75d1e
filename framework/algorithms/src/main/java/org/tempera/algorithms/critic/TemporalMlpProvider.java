package org.tempera.algorithms.critic;

import org.tempera.spi.critic.Critic;
import org.tempera.spi.critic.CriticProvider;

/** Provides {@link TemporalMlp}. */
public final class TemporalMlpProvider implements CriticProvider<TemporalMlpConfig> {
    @Override
    public String name() {
        return "temporal-mlp";
    }

    @Override
    public String description() {
        return "Dense layers on features of a denoising step and its timestep";
    }

    @Override
    public Class<TemporalMlpConfig> configType() {
        return TemporalMlpConfig.class;
    }

    @Override
    public TemporalMlpConfig defaults() {
        return TemporalMlpConfig.defaults();
    }

    @Override
    public Critic create(TemporalMlpConfig config) {
        return new TemporalMlp(config);
    }
}
