package org.tempera.spi.reward;

import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A reward that is part of the shared graph. */
public non-sealed interface GraphReward extends Reward {
    /**
     * Scores of a batch of images.
     *
     * @return {@code [batch]}, finite; an image's score must not depend on the others of its batch
     */
    Operand<TFloat32> build(GraphScope scope, RewardInput input);

    /** Whether the score has a gradient with respect to the images. */
    default boolean differentiable() {
        return true;
    }

    /** A graph reward from a lambda. */
    static GraphReward of(Builder builder) {
        return builder;
    }

    /** A graph reward with nothing but {@link #build}, for {@link #of}. */
    @FunctionalInterface
    interface Builder extends GraphReward {}
}
