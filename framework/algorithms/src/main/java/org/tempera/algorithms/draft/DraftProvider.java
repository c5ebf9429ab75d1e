package org.tempera.algorithms.draft;

import java.util.List;
import java.util.Map;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;

/** Provides {@link Draft}. */
public final class DraftProvider implements AlgorithmProvider<DraftConfig> {
    @Override
    public String name() {
        return "draft";
    }

    @Override
    public String description() {
        return "The reward's own gradient through the last denoising steps (Clark et al. 2023), drawn at random as in AlignProp, or one alone as in ReFL";
    }

    @Override
    public Class<DraftConfig> configType() {
        return DraftConfig.class;
    }

    @Override
    public DraftConfig defaults() {
        return DraftConfig.defaults();
    }

    @Override
    public Algorithm create(DraftConfig config) {
        return new Draft(config);
    }

    /** {@inheritDoc} The reward's own gradient goes fast, and at more soon past what held-out rewards approve of. */
    @Override
    public double learningRateFactor() {
        return 0.5;
    }

    @Override
    public Map<String, List<String>> variants() {
        return Map.of(
                "draft-lv", List.of("draws=2"),
                "align-prop", List.of("last-steps=50", "truncation=normal"),
                "alignprop", List.of("last-steps=50", "truncation=normal"),
                "refl", List.of("last-steps=10", "truncation=uniform", "estimate=true", "margin=2"));
    }
}
