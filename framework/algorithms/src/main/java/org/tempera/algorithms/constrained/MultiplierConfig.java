package org.tempera.algorithms.constrained;

import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code multiplier} of {@code algorithm.constrained}: how the weight of a constraint follows its violation. */
public record MultiplierConfig(
        @Doc("dual-ascent: it grows by learning-rate times the violation, and falls as much where the constraint holds."
                        + " pid: a sum of the smoothed violation, its integral and its growth, with a factor for each.")
                Rule rule,
        @Doc("Its first value; the reward that is trained on has 1.") double initial,
        @Doc("Its largest value.") double largest,
        @ReadWhere(key = "rule", is = "dual-ascent")
                @Doc("Change of it for each epoch and unit of violation, which is a standard deviation of the base"
                        + " model's scores.")
                double learningRate,
        @ReadWhere(key = "rule", is = "pid") @Doc("Factor of the smoothed violation.") double proportional,
        @ReadWhere(key = "rule", is = "pid") @Doc("Factor of the violation's integral.") double integral,
        @ReadWhere(key = "rule", is = "pid") @Doc("Factor of the smoothed violation's growth.") double derivative,
        @ReadWhere(key = "rule", is = "pid") @Doc("Share of the smoothed violation that stays in an epoch; in [0,1).")
                double smoothing,
        @ReadWhere(key = "rule", is = "pid") @Doc("Epochs over which growth is measured.") int delay) {
    /** How a multiplier changes. */
    public enum Rule {
        DUAL_ASCENT,
        PID
    }

    public MultiplierConfig {
        Require.that(initial >= 0, "initial", "0 or more", initial);
        Require.that(
                largest >= initial && Double.isFinite(largest),
                "largest",
                "a number that is at least initial",
                largest);
        Require.that(learningRate > 0, "learning-rate", "greater than 0", learningRate);
        Require.that(proportional >= 0, "proportional", "0 or more", proportional);
        Require.that(integral >= 0, "integral", "0 or more", integral);
        Require.that(derivative >= 0, "derivative", "0 or more", derivative);
        Require.that(smoothing >= 0 && smoothing < 1, "smoothing", "in [0,1)", smoothing);
        Require.that(delay >= 1, "delay", "at least 1", delay);
    }

    /** Dual ascent from 0; of PID the published factors. */
    public static MultiplierConfig defaults() {
        return new MultiplierConfig(Rule.DUAL_ASCENT, 0, 100, 10, 0.1, 0.01, 0.01, 0.95, 10);
    }

    /** A multiplier of a run that begins. */
    Multiplier create() {
        return switch (rule) {
            case DUAL_ASCENT -> new DualAscent(initial, learningRate, largest);
            case PID ->
                new PidControl(
                        initial, new PidControl.Gains(proportional, integral, derivative, smoothing, delay), largest);
        };
    }
}
