package org.tempera.algorithms.tdpo;

import java.util.List;
import java.util.Map;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;

/** Provides {@link Tdpo} as {@code tdpo-r}. */
public final class TdpoRProvider implements AlgorithmProvider<TdpoConfig> {
    @Override
    public String name() {
        return "tdpo-r";
    }

    @Override
    public String description() {
        return "TDPO-R: TDPO with resets of the critic's active neurons (Zhang et al. 2024)";
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
        return new Tdpo(config, ResetMode.ACTIVE);
    }

    @Override
    public Map<String, List<String>> variants() {
        return Map.of(
                "tdpo-r-all", List.of("neuron-reset.mode=all"),
                "tdpo-r-dormant", List.of("neuron-reset.mode=dormant"));
    }
}
