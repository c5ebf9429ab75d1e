package org.tempera.spi.reward;

import java.util.function.UnaryOperator;
import org.tempera.spi.UserException;

/**
 * Thrown by a {@link HostReward} whose scores would be wrong, not missing, until its set-up is changed, as where its
 * servers are different scorers. It is no sample's failure, and ends the run whatever {@code on-failure} says.
 */
public final class MisconfiguredReward extends UserException {
    private static final long serialVersionUID = 1L;

    /** @param message what is set up wrongly, and what to do */
    public MisconfiguredReward(String message) {
        super(message);
    }

    private MisconfiguredReward(MisconfiguredReward other, UnaryOperator<String> words) {
        super(other, words);
    }

    @Override
    public MisconfiguredReward reworded(UnaryOperator<String> words) {
        return new MisconfiguredReward(this, words);
    }
}
