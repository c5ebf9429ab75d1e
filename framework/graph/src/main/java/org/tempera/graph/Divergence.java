package org.tempera.graph;

import java.util.function.UnaryOperator;
import org.tempera.spi.UserException;

/**
 * Numbers of a model that are no longer finite. That is nobody's mistake but that of a setting or of weights, and the
 * message names those that do it: where a model is only run, no setting of a training.
 */
public final class Divergence extends UserException {
    private static final long serialVersionUID = 1L;

    private static final String TOO_LARGE =
            " Lower what makes its numbers so large: optimizer.learning-rate (or base-learning-rate), optimizer.critic-learning-rate,"
                    + " optimizer.weight-decay or optimizer.max-gradient-norm, kl-loss of the algorithm, the weight of a"
                    + " reward, alpha of the adapter or sampling.guidance-scale";

    /** In a training. */
    private final String whileTraining;

    private Divergence(String message, String whileTraining) {
        super(message);
        this.whileTraining = whileTraining;
    }

    private Divergence(Divergence other, UnaryOperator<String> words) {
        super(other, words);
        this.whileTraining = words.apply(other.whileTraining);
    }

    @Override
    public Divergence reworded(UnaryOperator<String> words) {
        return new Divergence(this, words);
    }

    /**
     * While a model is run.
     *
     * @param what is not finite, as in {@code the latents}
     */
    public static Divergence of(String what) {
        String found = "the model diverged: " + what + " are no longer finite numbers.";
        return new Divergence(
                found
                        + " Lower the guidance scale, if it is high. Otherwise the weights of the model or of its adapter are of"
                        + " no use: take others, or where they were trained, those of an earlier checkpoint.",
                found + TOO_LARGE + "; where it has been trained, go on from an earlier checkpoint.");
    }

    /** While a model is run: pictures that its decoder made of latents that are finite. */
    public static Divergence ofPictures() {
        String found = "the model's decoder (VAE) diverged: the pictures that it makes of finite latents are no longer"
                + " finite numbers.";
        String other = "take another VAE: the weights of this one, or the factors of its configuration, are of no use.";
        return new Divergence(
                found + " Lower the guidance scale, if it is high. Otherwise " + other,
                found + TOO_LARGE + "; else " + other);
    }

    /**
     * While a model is trained.
     *
     * @param what is not finite and where, as in {@code the policy's gradient is NaN in epoch 3}
     */
    public static Divergence ofUpdate(String what) {
        String message = "the update diverged: " + what + "." + TOO_LARGE + ". Nothing of the update is saved.";
        return new Divergence(message, message);
    }

    /** The same for a model that is being trained, with the settings of the training that can do it. */
    public Divergence whileTraining() {
        Divergence told = new Divergence(whileTraining, whileTraining);
        told.initCause(this);
        return told;
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
