package org.tempera.core.config;

import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code evaluation.steepness}: how steep the training reward is at the pictures of evaluations. */
public record SteepnessSettings(
        @Doc(
                        value =
                                "Radius of a ball around each picture, as rewards.NAME.ball.radius. Measured is by how much the combined"
                                        + " training reward is lower at its worst picture (RSA-FT); its rewards need a gradient, and scoring"
                                        + " an evaluation takes four times as long. 0: not measured.",
                        // It measures, but rulers have it only where it is used (RunRuler adds it).
                        measures = false)
                double radius) {
    public SteepnessSettings {
        Require.that(radius >= 0 && radius <= 1, "radius", "in [0,1]", radius);
    }

    /** It is not measured. */
    public static SteepnessSettings none() {
        return new SteepnessSettings(0);
    }

    /** Whether it is not measured. */
    public boolean isNone() {
        return radius == 0;
    }
}
