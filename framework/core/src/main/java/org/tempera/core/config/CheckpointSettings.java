package org.tempera.core.config;

import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code checkpoint}. */
public record CheckpointSettings(
        @Doc(value = "Save after every so many epochs, besides after the last.", measures = false) int every,
        @Doc(value = "How many of the newest checkpoints to keep.", measures = false) int keepLast,
        @Doc(
                        value =
                                "How many of the best checkpoints to keep besides, by the mean of the standardised held-out rewards.",
                        measures = false)
                int keepBest) {
    public CheckpointSettings {
        Require.that(every >= 1, "every", "at least 1", every);
        Require.that(keepLast >= 1, "keep-last", "at least 1", keepLast);
        Require.that(keepBest >= 0, "keep-best", "0 or more", keepBest);
    }

    public static CheckpointSettings defaults() {
        return new CheckpointSettings(1, 2, 1);
    }
}
