package org.tempera.algorithms.tdpo;

import java.util.Random;
import org.tempera.algorithms.stats.Seeds;

/**
 * When neurons are reset and from which random numbers.
 *
 * @param everyEpochs a reset after each so many epochs, at least 1
 * @param sameDraws whether every reset starts from the run's seed again, as the published code does, so that equal
 *     masks get equal weights; otherwise each epoch has its own
 */
public record ResetSchedule(int everyEpochs, boolean sameDraws) {
    private static final long SALT = 0x7265736574L;

    public ResetSchedule {
        if (everyEpochs < 1) {
            throw new IllegalArgumentException("the reset frequency must be at least 1 epoch, found " + everyEpochs);
        }
    }

    /** @param completedEpochs epochs that are complete, 1 after the first */
    public boolean due(int completedEpochs) {
        return completedEpochs % everyEpochs == 0;
    }

    /** The generator of the reset after {@code completedEpochs} epochs. */
    public Random random(long runSeed, int completedEpochs) {
        return Seeds.random(runSeed, SALT, sameDraws ? 0 : completedEpochs);
    }
}
