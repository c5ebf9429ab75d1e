package org.tempera.spi.reward;

import java.util.function.UnaryOperator;
import org.tempera.spi.UserException;

/**
 * Thrown by a {@link HostReward} that could score some of the samples that it was given, but not all. Where the run
 * leaves such samples out ({@code on-failure = skip}) the others keep their scores.
 */
public final class PartialScores extends UserException {
    private static final long serialVersionUID = 1L;

    private final transient float[] scores;

    /**
     * Holds what was scored.
     *
     * @param message why the others have no score, and what to do
     * @param scores one for each sample that was given; NaN for those that have none
     */
    public PartialScores(String message, float[] scores, Throwable cause) {
        super(message, cause);
        this.scores = scores.clone();
    }

    /** The same, where nothing caused it. */
    public PartialScores(String message, float[] scores) {
        super(message);
        this.scores = scores.clone();
    }

    private PartialScores(PartialScores other, UnaryOperator<String> words) {
        super(other, words);
        this.scores = other.scores;
    }

    @Override
    public PartialScores reworded(UnaryOperator<String> words) {
        return new PartialScores(this, words);
    }

    /** One for each sample; NaN for those that have none. */
    public float[] scores() {
        return scores.clone();
    }
}
