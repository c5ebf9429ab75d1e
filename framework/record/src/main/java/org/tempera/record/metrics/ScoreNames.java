package org.tempera.record.metrics;

import java.util.Optional;

/** Names of numbers that are no rewards' own; logs keep them beside the rewards', so that no reward may have them. */
public final class ScoreNames {
    /** The combined training reward. */
    public static final String TRAINING = "train";

    /** The gold score. */
    public static final String GOLD = "gold";

    /** The mean of the standardised held-out rewards. */
    public static final String HELD_OUT = "held-out";

    /** The KL divergence from the model before training. */
    public static final String KL = "kl";

    /** The mean distance among the pictures of a prompt. */
    public static final String DISTANCE = "distance";

    /** The Vendi score of the pictures of a prompt. */
    public static final String VENDI = "vendi";

    private ScoreNames() {}

    /** What a name stands for, if no reward may have it. */
    public static Optional<String> meaning(String name) {
        return switch (name) {
            case TRAINING -> Optional.of("the combined training reward");
            case GOLD -> Optional.of("the gold score");
            case HELD_OUT -> Optional.of("the held-out score");
            case KL -> Optional.of("the KL divergence from the model before training");
            case DISTANCE, VENDI -> Optional.of("how much the pictures of a prompt differ");
            case "saturation" -> Optional.of("a statistic of the pictures");
            case "steepness" -> Optional.of("how steep the training reward is");
            default -> Optional.empty();
        };
    }
}
