package org.tempera.spi.algorithm;

import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Keys {@code follow} of a copy of the policy's weights, which becomes d * copy + (1 - d) * policy every so often. */
public record FollowSettings(
        @Doc(
                        value =
                                "How the decay d depends on t, the epochs or updates so far: constant (most), power (the"
                                        + " smaller of most and (1+t)/(10+t)), linear (of most and slope*t) or piecewise (0 while t <"
                                        + " flat, then the smaller of most and slope*(t-flat)).",
                        measures = false)
                DecayKind decay,
        @Doc(
                        value =
                                "Largest decay, in [0,1], each time that the copy follows: with it the copy is an average over"
                                        + " about every / (1 - most) epochs or updates; 0 makes it the policy as it is then.",
                        measures = false)
                double most,
        @ReadWhere(
                        key = "decay",
                        is = {"linear", "piecewise"})
                @Doc(value = "Rise of the decay for each epoch or update.", measures = false)
                double slope,
        @ReadWhere(key = "decay", is = "piecewise")
                @Doc(value = "Epochs or updates for which the decay is 0 at first.", measures = false)
                int flat,
        @Doc(value = "The copy follows after every so many epochs or updates.", measures = false) int every,
        @Doc(
                        value =
                                "What every, t, slope and flat count: epochs, or the policy's optimiser steps (updates), of which"
                                        + " an epoch may have many.",
                        measures = false)
                FollowUnit counts) {
    public FollowSettings {
        Require.that(most >= 0 && most <= 1, "most", "in [0,1]", most);
        Require.that(slope > 0, "slope", "greater than 0", slope);
        Require.that(flat >= 0, "flat", "0 or more", flat);
        Require.that(every >= 1, "every", "at least 1", every);
    }

    /**
     * The decay d with which the copy follows.
     *
     * @param t epochs or updates so far, the present one included
     */
    public double decayAt(long t) {
        return switch (decay) {
            case CONSTANT -> most;
            case POWER -> Math.min(most, (1.0 + t) / (10.0 + t));
            case LINEAR -> Math.min(most, slope * t);
            case PIECEWISE -> t < flat ? 0 : Math.min(most, slope * (t - flat));
        };
    }

    /** Whether the copy follows when so many of a unit are complete. */
    public boolean isDue(FollowUnit unit, long t) {
        return unit == counts && t % every == 0;
    }
}
