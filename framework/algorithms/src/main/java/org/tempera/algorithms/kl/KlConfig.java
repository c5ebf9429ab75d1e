package org.tempera.algorithms.kl;

import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code kl} of an algorithm: what departing from the reference policy costs in the reward. */
public record KlConfig(
        @Doc("Factor of the penalty that each step's reward is charged with, times the controller's factor; 0 is none,"
                        + " and saves a pass through the reference policy.")
                double coefficient,
        @ReadWhere(key = "coefficient", above = 0)
                @Doc(
                        "Form of the penalty, d being log p - log q: kl (d), abs (|d|), square (d*d/2), clip (max(d, 0)), approx"
                                + " (e^d - 1 - d) or js (Jensen-Shannon's integrand, its negative parts removed).")
                KlPenalty penalty,
        @ReadWhere(key = "coefficient", above = 0) @Doc("The controller's first factor.") double initial,
        @ReadWhere(key = "coefficient", above = 0)
                @Doc(
                        "Divergence of a whole sample that the controller aims at, measured as log-prob says; left out, its factor"
                                + " stays as it is.")
                Optional<Double> target,
        @ReadWhere(key = "coefficient", above = 0)
                @ReadWhere(key = "target")
                @Doc("Samples over which the controller may change its factor by a fifth, and an epoch by no more.")
                double horizon) {
    public KlConfig {
        Require.that(coefficient >= 0, "coefficient", "0 (no penalty) or more", coefficient);
        // The controller multiplies: from 0 it would never come away.
        Require.that(initial > 0, "initial", "greater than 0 (no penalty is coefficient = 0)", initial);
        target.ifPresent(t -> Require.that(t > 0, "target", "greater than 0", t));
        Require.that(horizon > 0, "horizon", "greater than 0", horizon);
    }

    /** No penalty; the published values of the rest. */
    public static KlConfig defaults() {
        return new KlConfig(0, KlPenalty.CLIP, 0.2, Optional.empty(), 2000);
    }

    /** Whether steps cost nothing. */
    public boolean isNone() {
        return coefficient == 0;
    }

    /** The penalty of a run that begins; empty where steps cost nothing. */
    public Optional<KlTerm> term() {
        if (isNone()) {
            return Optional.empty();
        }
        KlController controller =
                target.map(t -> KlController.adaptive(initial, t, horizon)).orElse(KlController.fixed(initial));
        return Optional.of(new KlTerm(penalty, coefficient, controller));
    }
}
