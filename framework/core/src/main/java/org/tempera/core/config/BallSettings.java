package org.tempera.core.config;

import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code ball} of a reward: pictures close to a sample's, the worst of which is scored. */
public record BallSettings(
        @Doc(
                        value =
                                "Radius of a ball around each picture, within which the reward's gradient points to the worst picture:"
                                        + " the root mean square of the changes of its numbers, which are in [0,1]. 0: the picture itself is"
                                        + " scored. A reward with a gradient; its cost grows threefold.",
                        // It measures, but rulers have the block only where it is used (RunRuler adds it): those of
                        // runs
                        // from before there was one stay comparable.
                        measures = false)
                double radius,
        @ReadWhere(key = "radius", above = 0)
                @Doc(
                        value =
                                "worst: the worst picture's score, which rises only where the reward is high and flat (RSA-FT). fall: by how"
                                        + " much it is below the picture's own, which is the reward's steepness; to be logged.",
                        measures = false)
                BallScore score) {
    public BallSettings {
        Require.that(radius >= 0 && radius <= 1, "radius", "in [0,1]", radius);
    }

    /** The picture itself is scored. */
    public static BallSettings none() {
        return new BallSettings(0, BallScore.WORST);
    }

    /** Whether the picture itself is scored. */
    public boolean isNone() {
        return radius == 0;
    }
}
