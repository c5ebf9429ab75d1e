package org.tempera.core.graph;

import org.tempera.spi.UserException;

/**
 * Numbers of a model that are no longer finite. That is nobody's mistake but that of a setting, and the message names those
 * that do it.
 */
public final class Divergence extends UserException {
    private static final long serialVersionUID = 1L;

    private static final String TOO_LARGE =
            " Lower what makes its numbers so large: optimizer.learning-rate, optimizer.critic-learning-rate,"
                    + " optimizer.weight-decay or optimizer.max-gradient-norm, kl.loss of the algorithm, the weight of a"
                    + " reward, alpha of the adapter or sampling.guidance-scale";

    private Divergence(String message) {
        super(message);
    }

    /**
     * While a model is run.
     *
     * @param what is not finite, as in {@code the latents}
     */
    public static Divergence of(String what) {
        return new Divergence("the model diverged: " + what + " are no longer finite numbers." + TOO_LARGE
                + "; where it has been trained, go on from an earlier checkpoint.");
    }

    /**
     * While a model is trained.
     *
     * @param what is not finite and where, as in {@code the policy's gradient is NaN in epoch 3}
     */
    public static Divergence ofUpdate(String what) {
        return new Divergence(
                "the update diverged: " + what + "." + TOO_LARGE + ", and resume from the last checkpoint.");
    }

    /** Whether all of these are finite numbers. */
    public static boolean isFinite(float[] numbers) {
        float sum = 0;
        for (float x : numbers) {
            sum += x * 0;
        }
        return sum == 0;
    }
}
