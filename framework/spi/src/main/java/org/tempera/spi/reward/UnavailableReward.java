package org.tempera.spi.reward;

import java.util.function.UnaryOperator;
import org.tempera.spi.UserException;

/**
 * Thrown by a {@link HostReward} that has no scores for now, for a reason outside that may be gone without anything
 * being changed, as where its server is being started again. The samples go the way that {@code on-failure} says; where
 * the run ends of it, the command's exit code says that it may be started again as it is. A reward that has scored a
 * part makes it the cause of {@link PartialScores}.
 */
public final class UnavailableReward extends UserException {
    private static final long serialVersionUID = 1L;

    /** @param message what is away, and what to do */
    public UnavailableReward(String message) {
        super(message);
    }

    /** The same, after a failure that says more. */
    public UnavailableReward(String message, Throwable cause) {
        super(message, cause);
    }

    private UnavailableReward(UnavailableReward other, UnaryOperator<String> words) {
        super(other, words);
    }

    @Override
    public UnavailableReward reworded(UnaryOperator<String> words) {
        return new UnavailableReward(this, words);
    }
}
