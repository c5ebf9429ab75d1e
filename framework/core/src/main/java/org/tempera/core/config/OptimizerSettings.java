package org.tempera.core.config;

import org.tempera.spi.Doc;

/** Block {@code optimizer}: AdamW with decoupled weight decay (Loshchilov and Hutter 2019), for policy and critic. */
public record OptimizerSettings(
        @Doc("Learning rate of the policy.") double learningRate,
        @Doc("Learning rate of the critic.") double criticLearningRate,
        @Doc("Optimiser steps over which both learning rates rise linearly from 0; 0 is none.") int warmupSteps,
        @Doc("Decay of the first moment, in [0,1).") double beta1,
        @Doc("Decay of the second moment, in [0,1).") double beta2,
        @Doc("Added to the root of the second moment.") double epsilon,
        @Doc("Decoupled weight decay.") double weightDecay,
        @Doc("Gradients of each network are scaled down to this global norm; 0 is no limit.") double maxGradientNorm) {
    public OptimizerSettings {
        Require.that(learningRate >= 0, "learning-rate", "0 or more", learningRate);
        Require.that(criticLearningRate >= 0, "critic-learning-rate", "0 or more", criticLearningRate);
        Require.that(warmupSteps >= 0, "warmup-steps", "0 or more", warmupSteps);
        Require.that(beta1 >= 0 && beta1 < 1, "beta1", "in [0,1)", beta1);
        Require.that(beta2 >= 0 && beta2 < 1, "beta2", "in [0,1)", beta2);
        Require.that(epsilon > 0, "epsilon", "greater than 0", epsilon);
        Require.that(weightDecay >= 0, "weight-decay", "0 or more", weightDecay);
        Require.that(maxGradientNorm >= 0, "max-gradient-norm", "0 or more", maxGradientNorm);
    }

    public static OptimizerSettings defaults() {
        return new OptimizerSettings(1e-4, 1e-4, 0, 0.9, 0.999, 1e-8, 1e-4, 1.0);
    }
}
