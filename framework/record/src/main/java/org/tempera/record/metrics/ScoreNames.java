package org.tempera.record.metrics;

import java.util.Optional;

/** Names of scores that are no rewards' own; logs keep them beside the rewards', so that no reward may have them. */
public final class ScoreNames {
    /** The combined training reward. */
    public static final String TRAINING = "train";

    /** The gold score. */
    public static final String GOLD = "gold";

    private ScoreNames() {}

    /** What a name stands for, if no reward may have it. */
    public static Optional<String> meaning(String name) {
        return switch (name) {
            case TRAINING -> Optional.of("the combined training reward");
            case GOLD -> Optional.of("the gold score");
            default -> Optional.empty();
        };
    }
}
