package org.tempera.core.config;

import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Keys of block {@code evaluation}: what a run does where an evaluation speaks of over-optimisation. */
public record DetectorSettings(
        @Doc(
                        value =
                                "What happens when the held-out score has fallen clearly below its best: nothing, warn, stop (the"
                                        + " run ends, its best checkpoint kept) or roll-back (training goes on from the best"
                                        + " checkpoint, with other samples).",
                        measures = false)
                OnFall onFall,
        @ReadWhere(key = "on-fall", is = "roll-back")
                @Doc(value = "How often roll-back goes back; at the next fall the run ends.", measures = false)
                int mostRollBacks,
        @ReadWhere(key = "image-statistics", is = "true")
                @Doc(
                        value =
                                "What happens when a statistic of the pictures has clearly left what it was before training:"
                                        + " nothing, warn or stop.",
                        measures = false)
                OnAlarm onDrift,
        @ReadWhere(key = "steepness.radius", above = 0)
                @Doc(
                        value =
                                "What happens when the training reward has become clearly steeper at the pictures than before"
                                        + " training: nothing, warn or stop.",
                        measures = false)
                OnAlarm onSteepening) {
    public DetectorSettings {
        Require.that(mostRollBacks >= 1, "most-roll-backs", "at least 1", mostRollBacks);
    }

    /** All is told, and the run goes on. */
    public static DetectorSettings defaults() {
        return new DetectorSettings(OnFall.WARN, 3, OnAlarm.WARN, OnAlarm.WARN);
    }
}
