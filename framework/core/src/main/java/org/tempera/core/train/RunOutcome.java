package org.tempera.core.train;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.record.verdict.RunVerdict;

/**
 * How a run ended.
 *
 * @param folder the run folder
 * @param epochs epochs that are complete
 * @param stoppedAt where it was when it was asked to stop, such as {@code within epoch 4}; empty if it went to its end
 * @param ended where and why the run ended itself before its last epoch, as {@code evaluation.on-fall} may have it;
 *     empty if it did not
 * @param verdict of its evaluations; absent if it was not evaluated
 */
public record RunOutcome(
        Path folder, int epochs, Optional<String> stoppedAt, Optional<String> ended, Optional<RunVerdict> verdict) {
    /** Whether it was asked to stop before its end. */
    public boolean stopped() {
        return stoppedAt.isPresent();
    }
}
