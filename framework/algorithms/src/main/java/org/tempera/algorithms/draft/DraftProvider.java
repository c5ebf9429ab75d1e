package org.tempera.algorithms.draft;

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
}
