package org.tempera.runtime.sweep;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a run of a sweep is.
 *
 * @param epochs that are complete
 * @param seconds that it has taken so far; empty where it has not begun
 * @param message what went wrong, who is at it, what is another than asked for, or what cannot be read; empty where
 *     all is well
 */
public record ChildStatus(SweepChild child, State state, int epochs, OptionalDouble seconds, Optional<String> message) {
    /** What is the case with a run. */
    public enum State {
        /** It left its record. */
        DONE,
        /** A process is at it. */
        RUNNING,
        /** It ended with an error, and is tried again when the sweep is. */
        FAILED,
        /** It was stopped, and goes on from there. */
        STOPPED,
        /** Nothing is there of it. */
        TO_DO,
        /** What is there of it is of other settings, and stays. */
        OTHER,
        /** A file of it cannot be read, and stays: how far it is is not known, and it is not run. */
        DAMAGED
    }
}
