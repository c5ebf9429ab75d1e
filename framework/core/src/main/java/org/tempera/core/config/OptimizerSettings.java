package org.tempera.core.config;

import java.math.BigDecimal;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code optimizer}: AdamW with decoupled weight decay (Loshchilov and Hutter 2019), for policy and critic. */
public record OptimizerSettings(
        @Doc("Learning rate of the policy. Left out: base-learning-rate times the algorithm's factor, which its block"
                        + " names.")
                Optional<Double> learningRate,
        @Doc("Learning rate that suits the policy, whichever algorithm trains it: the larger the model, the smaller. It"
                        + " has no effect where learning-rate is given.")
                double baseLearningRate,
        @Doc("Learning rate of the critic.") double criticLearningRate,
        @Doc("Optimiser steps over which both learning rates rise linearly from 0; 0 is none.") int warmupSteps,
        @Doc("Decay of the first moment, in [0,1).") double beta1,
        @Doc("Decay of the second moment, in [0,1).") double beta2,
        @Doc("Added to the root of the second moment.") double epsilon,
        @Doc("Decoupled weight decay.") double weightDecay,
        @Doc("Gradients of each network are scaled down to this global norm; 0 is no limit.") double maxGradientNorm,
        @Doc(
                        "Largest difference, in nats per picture, between a step's log-probability when it was drawn and before the"
                                + " run's first update; above it the run ends, since ratios would not begin at 1. 0 wants the same"
                                + " bits, 1e9 lets all pass.")
                double logProbTolerance) {
    /** Of a default, generous: ratios within a factor of e; on CPUs the difference is 0 or some 1e-3. */
    private static final double TOLERANCE = 1;

    public OptimizerSettings {
        learningRate.ifPresent(rate -> Require.that(rate >= 0, "learning-rate", "0 or more", rate));
        Require.that(baseLearningRate >= 0, "base-learning-rate", "0 or more", baseLearningRate);
        Require.that(criticLearningRate >= 0, "critic-learning-rate", "0 or more", criticLearningRate);
        Require.that(warmupSteps >= 0, "warmup-steps", "0 or more", warmupSteps);
        Require.that(beta1 >= 0 && beta1 < 1, "beta1", "in [0,1)", beta1);
        Require.that(beta2 >= 0 && beta2 < 1, "beta2", "in [0,1)", beta2);
        Require.that(epsilon > 0, "epsilon", "greater than 0", epsilon);
        Require.that(weightDecay >= 0, "weight-decay", "0 or more", weightDecay);
        Require.that(maxGradientNorm >= 0, "max-gradient-norm", "0 or more", maxGradientNorm);
        Require.that(logProbTolerance >= 0, "log-prob-tolerance", "0 or more", logProbTolerance);
    }

    /** With this learning rate of the policy. */
    public OptimizerSettings(
            double learningRate,
            double criticLearningRate,
            int warmupSteps,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double maxGradientNorm) {
        this(
                Optional.of(learningRate),
                learningRate,
                criticLearningRate,
                warmupSteps,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                maxGradientNorm,
                TOLERANCE);
    }

    /** The published rate of TDPO for Stable Diffusion 1. */
    public static OptimizerSettings defaults() {
        return new OptimizerSettings(Optional.empty(), 1e-4, 1e-4, 0, 0.9, 0.999, 1e-8, 1e-4, 1.0, TOLERANCE);
    }

    /** The policy's learning rate. */
    public double policyRate() {
        return learningRate.orElse(baseLearningRate);
    }

    /**
     * The same for an algorithm: the learning rate is that given, or the base rate times a factor.
     *
     * @param factor what suits the algorithm
     */
    public OptimizerSettings suiting(double factor) {
        // In decimals, as the numbers are written: 7e-4 times 3 is 0.0021.
        BigDecimal rate = BigDecimal.valueOf(baseLearningRate).multiply(BigDecimal.valueOf(factor));
        return new OptimizerSettings(
                Optional.of(learningRate.orElse(rate.doubleValue())),
                baseLearningRate,
                criticLearningRate,
                warmupSteps,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                maxGradientNorm,
                logProbTolerance);
    }
}
