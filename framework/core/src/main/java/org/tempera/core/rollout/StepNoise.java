package org.tempera.core.rollout;

import org.tempera.spi.UserException;

/** The noise of sampling's steps, without which they have no log-probability. */
public final class StepNoise {
    private StepNoise() {}

    /** What is said to a user whose algorithm reads log-probabilities of steps without noise. */
    public static String missing() {
        return "sampling.eta: expected greater than 0 and at most 1, found 0.0: the algorithm learns from"
                + " log-probabilities, and steps without noise have none";
    }

    /**
     * Lets steps with noise pass.
     *
     * @throws UserException for steps without
     */
    public static void require(boolean noisy) {
        if (!noisy) {
            throw new UserException(missing());
        }
    }
}
