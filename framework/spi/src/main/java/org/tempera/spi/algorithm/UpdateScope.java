package org.tempera.spi.algorithm;

import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What a loss is built from: columns of the rollout and its targets, and views of the networks at the micro-batch. A
 * view is built, and its inputs are fed, only if the loss calls its method; a second call returns the same view, but
 * for {@link #reward}, which is built for the latents of each call. Under {@link Need#PAIRS} there are columns and
 * {@link #denoising}: no steps were taken.
 */
public interface UpdateScope {
    /** Where the loss's operations are built, and the algorithm's own parameters declared ({@link Algorithm#build}). */
    GraphScope graph();

    /** How many (sample, timestep) pairs a micro-batch has. */
    int batchSize();

    /** How many numbers a latent holds, over which {@link Step#logProb} is summed. */
    int latentSize();

    /**
     * A column that {@link Algorithm#prepare} gives, {@code [batch]}, or the rollout holds ({@link Algorithm#columns}),
     * {@code [batch, ...]}. Where neither has one of this name, the first update ends with that as the algorithm's
     * mistake. Of a column of the rollout that is 0 at steps without noise ({@link RolloutColumn}), a plan visits
     * stochastic steps alone.
     */
    Operand<TFloat32> column(String name);

    /** The denoising steps that were taken. */
    Step step();

    /** The critic's value of the states that the steps were taken from, {@code [batch]}; with gradient. */
    Operand<TFloat32> value();

    /**
     * The samples' final latents, noised again by the forward process with noise of the framework's own, which is a
     * function of seed, epoch and the micro-batch's place in the plan.
     */
    Denoising denoising(Renoising how);

    /**
     * The samples' final latents as the last steps make them, {@code [batch, height, width, channels]}, with the noise
     * that they were drawn with; with gradient through these steps. The latent that the first of them starts from is a
     * constant.
     *
     * @param steps at least 1, at most those of a sample; the {@link Minibatch}'s own steps play no part
     */
    Operand<TFloat32> unrolled(int steps);

    /**
     * The same, with gradient through fewer of the steps in rows that want fewer. It costs what all of them cost.
     *
     * @param live how many of the last steps have a gradient, {@code [batch]}: whole numbers from 1 to {@code steps}
     */
    Operand<TFloat32> unrolled(int steps, Operand<TFloat32> live);

    /**
     * The samples' final latents, which are constants here, noised to the level that the last step starts from and
     * taken through it once more, without noise of its own (eta 0); with gradient through this step.
     *
     * @param draw which draw of noise, from 0 on
     */
    Operand<TFloat32> lastStepAgain(int draw);

    /**
     * The combined training reward of latents, decoded, under the samples' prompts, {@code [batch]}; with gradient.
     * Needs {@link Need#REWARD_GRADIENT}.
     *
     * @param latents {@code [batch, height, width, channels]}
     */
    Operand<TFloat32> reward(Operand<TFloat32> latents);

    /**
     * How final latents are noised again.
     *
     * @param level where the timesteps come from
     * @param rowsAlike rows that follow each other and share timestep and noise: 2 for pairs, 1 for each its own
     * @param guided whether predictions are under the sampling's guidance; otherwise under the prompts alone, as models
     *     are trained
     */
    record Renoising(Level level, int rowsAlike, boolean guided) {
        /** Where timesteps come from. */
        public enum Level {
            /** Drawn uniformly from the training timesteps. */
            UNIFORM,
            /** The timesteps of the {@link Minibatch}'s steps. */
            OF_STEPS
        }
    }

    /** Clean latents that were noised again, and what networks make of them. */
    interface Denoising {
        /** The samples' final latents, {@code [batch, height, width, channels]}. */
        Operand<TFloat32> clean();

        /**
         * The network's output under these weights, of the same shape; with gradient under {@link Weights#POLICY}
         * alone.
         */
        Operand<TFloat32> prediction(Weights weights);

        /** What the output should be, of the same shape. */
        Operand<TFloat32> target();

        /** The clean latents that an output implies, of the same shape. */
        Operand<TFloat32> clean(Operand<TFloat32> prediction);

        /** The signal's variance over the noise's, {@code [batch]}. */
        Operand<TFloat32> signalToNoise();
    }

    /** Denoising steps of the rollout, evaluated again under the present weights. */
    interface Step {
        /**
         * Log-probability in nats, summed over the latent, of the step that was taken, {@code [batch]}; with gradient.
         * A plan then visits stochastic steps alone.
         */
        Operand<TFloat32> logProb();

        /** Mean of the step under the policy, {@code [batch, height, width, channels]}; with gradient. */
        Operand<TFloat32> mean();

        /**
         * Standard deviation of the step, {@code [batch, 1, 1, 1]}. It is 0 at steps without noise: a plan then visits
         * stochastic steps alone.
         */
        Operand<TFloat32> standardDeviation();

        /**
         * The clean latents that the policy's output implies at the latents that the steps started from, {@code
         * [batch, height, width, channels]}; with gradient.
         */
        Operand<TFloat32> clean();

        /**
         * Mean of the step under the reference policy; no gradient. Costs a pass through the network in every update.
         */
        Operand<TFloat32> referenceMean();

        /** The network's output under guidance that the mean is computed from, of its shape; with gradient. */
        Operand<TFloat32> prediction();

        /** The same under the reference policy; no gradient. Costs no more than {@link #referenceMean} does. */
        Operand<TFloat32> referencePrediction();
    }
}
