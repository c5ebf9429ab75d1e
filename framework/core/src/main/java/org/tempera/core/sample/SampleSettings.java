package org.tempera.core.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.core.config.GuidanceCheck;
import org.tempera.core.config.StochasticSteps;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.Drawing;
import org.tempera.spi.policy.Guidance;
import org.tempera.spi.policy.PolicyShape;

/**
 * How pictures are drawn.
 *
 * @param steps denoising steps of a picture
 * @param eta stochasticity of the steps in [0,1]; 0 is deterministic
 * @param guidanceScale guidance scale; where guidance is classifier-free, at most 1 is off
 * @param negativePrompt the prompt to steer away from under guidance
 * @param height rows of a picture; the model's own where absent
 * @param width columns of a picture; the model's own where absent
 * @param batchSize pictures at a time; 1 gives each picture the same bits whatever is drawn beside it
 * @param noisy steps that add noise, as in an evaluation of a run: none where their window moves
 * @param precision what the networks multiply with
 */
public record SampleSettings(
        int steps,
        double eta,
        double guidanceScale,
        String negativePrompt,
        Optional<Integer> height,
        Optional<Integer> width,
        int batchSize,
        StochasticSteps noisy,
        Precision precision) {
    /** Settings under which every step adds noise, in float32. */
    public SampleSettings(
            int steps,
            double eta,
            double guidanceScale,
            String negativePrompt,
            Optional<Integer> height,
            Optional<Integer> width,
            int batchSize) {
        this(
                steps,
                eta,
                guidanceScale,
                negativePrompt,
                height,
                width,
                batchSize,
                StochasticSteps.all(),
                Precision.FLOAT32);
    }

    /**
     * Checks the ranges.
     *
     * @throws UserException with every value that is out of range
     */
    public SampleSettings {
        List<String> problems = new ArrayList<>();
        atLeast1(problems, "steps", steps);
        atLeast1(problems, "batch-size", batchSize);
        height.ifPresent(h -> atLeast1(problems, "height", h));
        width.ifPresent(w -> atLeast1(problems, "width", w));
        if (!(eta >= 0 && eta <= 1)) {
            problems.add("eta must be from 0 to 1, was " + eta);
        }
        if (!(guidanceScale >= 0) || Double.isInfinite(guidanceScale)) {
            problems.add("guidance-scale must be 0 or more, was " + guidanceScale);
        }
        if (!problems.isEmpty()) {
            throw new UserException("drawing pictures: " + String.join("\ndrawing pictures: ", problems));
        }
    }

    /** The prompt to steer away from, where a network that is steered in this way runs on it. */
    Optional<String> steeredFrom(Guidance guidance) {
        return guidance.runsTwice(guidanceScale) ? Optional.of(negativePrompt) : Optional.empty();
    }

    /**
     * Fails where a policy cannot follow them.
     *
     * @throws UserException with every value that means nothing to it
     */
    void requireFor(Guidance guidance) {
        List<String> problems = GuidanceCheck.problems(guidance, guidanceScale, negativePrompt);
        if (!problems.isEmpty()) {
            throw new UserException("drawing pictures: " + String.join("\ndrawing pictures: ", problems));
        }
    }

    private static void atLeast1(List<String> problems, String name, int value) {
        if (value < 1) {
            problems.add(name + " must be at least 1, was " + value);
        }
    }

    /** What diffusers draws with unless told otherwise: 50 steps of DDIM without noise, guidance 7.5. */
    public static SampleSettings defaults() {
        return of(Drawing.of(Guidance.CLASSIFIER_FREE));
    }

    /** What a policy is drawn from with unless told otherwise. */
    public static SampleSettings of(Drawing usual) {
        return new SampleSettings(
                usual.steps(), usual.eta(), usual.guidanceScale(), "", Optional.empty(), Optional.empty(), 1);
    }

    /**
     * The sizes of a model for these pictures.
     *
     * @throws UserException if its autoencoder has no latent of that size
     */
    PolicyShape shapeFor(PolicyShape own) {
        int rows = own.rowsPerLatent();
        int columns = own.columnsPerLatent();
        int h = height.orElse(own.imageHeight());
        int w = width.orElse(own.imageWidth());
        if (h % rows != 0 || w % columns != 0) {
            throw new UserException("drawing pictures: expected a height that is a multiple of " + rows
                    + " and a width that is a multiple of " + columns + ", as this model's autoencoder needs, found "
                    + h + " and " + w + ".");
        }
        return own.withLatents(h / rows, w / columns);
    }
}
