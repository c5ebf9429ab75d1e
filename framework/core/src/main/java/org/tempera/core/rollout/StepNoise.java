package org.tempera.core.rollout;

import org.tempera.core.config.SamplingSettings;
import org.tempera.core.config.StochasticSteps;
import org.tempera.spi.UserException;

/** The noise of sampling's steps, without which they have no log-probability. */
public final class StepNoise {
    private static final String NEED =
            ": the algorithm learns from log-probabilities, and steps without noise have none";

    private StepNoise() {}

    /**
     * What is said to a user whose algorithm reads log-probabilities of steps none of which has noise.
     *
     * @param window the steps that should have
     */
    public static String missing(SamplingSettings sampling, StochasticSteps window) {
        if (sampling.eta() == 0) {
            return withoutEta();
        }
        return window.areAll(sampling.steps())
                ? "sampling.steps: expected so many that the model draws one of them with noise, found "
                        + sampling.steps() + NEED + ". Of models of few steps the last has none: take at least one more"
                : "sampling.stochastic-steps: expected a step that the model can draw with noise, found "
                        + window.of(sampling.steps()) + " of " + sampling.steps() + NEED;
    }

    private static String withoutEta() {
        return "sampling.eta: expected greater than 0 and at most 1, found 0.0" + NEED;
    }

    /**
     * Lets steps with noise pass.
     *
     * @throws UserException for steps without
     */
    public static void require(boolean noisy) {
        if (!noisy) {
            throw new UserException(withoutEta());
        }
    }
}
