package org.tempera.runtime.sweep;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How far a sweep is.
 *
 * @param runs of the sweep, or of its part
 * @param done runs that left their record
 * @param failed runs that ended with an error this time
 * @param running those that processes are at
 * @param secondsLeft an estimate; empty as long as nothing is known
 */
public record SweepProgress(int runs, int done, int failed, List<Running> running, OptionalDouble secondsLeft) {
    public SweepProgress {
        running = List.copyOf(running);
    }

    /**
     * A run that goes on.
     *
     * @param epoch epochs that are complete
     * @param evaluating whether it has trained, and its checkpoints are measured
     */
    public record Running(String name, int epoch, int epochs, boolean evaluating) {}
}
