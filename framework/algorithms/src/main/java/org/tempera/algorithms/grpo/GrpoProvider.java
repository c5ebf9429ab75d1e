package org.tempera.algorithms.grpo;

import java.util.List;
import java.util.Map;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;

/** Provides {@link Grpo}. */
public final class GrpoProvider implements AlgorithmProvider<GrpoConfig> {
    @Override
    public String name() {
        return "grpo";
    }

    @Override
    public String description() {
        return "Policy gradient with rewards compared within each prompt's samples (Flow-GRPO, Liu et al. 2025)";
    }

    @Override
    public Class<GrpoConfig> configType() {
        return GrpoConfig.class;
    }

    @Override
    public GrpoConfig defaults() {
        return GrpoConfig.defaults();
    }

    @Override
    public Algorithm create(GrpoConfig config) {
        return new Grpo(config);
    }

    /** {@inheritDoc} An epoch is averaged into few steps, as in DDPO. */
    @Override
    public double learningRateFactor() {
        return 3;
    }

    @Override
    public Map<String, List<String>> variants() {
        return Map.of(
                "grpo-guard", List.of("surrogate=guard"),
                "flow-grpo", List.of("log-prob=mean"),
                "flow-dppo", List.of("log-prob=mean", "surrogate=trust-region"),
                "dr-grpo", List.of("advantages.scale=none", "advantages.clip=0"));
    }
}
