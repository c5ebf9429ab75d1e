package org.tempera.runtime.sweep;

import java.util.List;
import org.tempera.runtime.sweep.ChildStatus.State;

/**
 * How a sweep ended.
 *
 * @param runs each with what is the case with it
 * @param stopped whether it was asked to stop before its end
 */
public record SweepOutcome(List<ChildStatus> runs, boolean stopped) {
    public SweepOutcome {
        runs = List.copyOf(runs);
    }

    /** How many runs are in a state. */
    public int count(State state) {
        return (int) runs.stream().filter(r -> r.state() == state).count();
    }
}
