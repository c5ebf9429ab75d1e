package org.tempera.record.verdict;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.tempera.base.text.Words;

/**
 * What a run's evaluations show that speaks of over-optimisation, and needs no truth.
 *
 * @param kind what shows it
 * @param name of the score or sign, such as {@code saturation}
 * @param epochs of the evaluations that show it, ascending, at least one
 * @param since the first of those from which on every evaluation shows it; empty where the last does not
 * @param sentence for people
 */
public record Alarm(Kind kind, String name, List<Integer> epochs, OptionalInt since, String sentence) {
    /** What shows it. */
    public enum Kind {
        /** The held-out score is below its best. */
        HELD_OUT,
        /** A statistic of the pictures is another than before training. */
        STATISTICS,
        /** The training reward is steeper at the pictures than before training. */
        STEEPNESS;

        /** As people and programs read it, such as {@code held-out}. */
        public String shown() {
            return Words.of(this);
        }
    }

    public Alarm {
        epochs = List.copyOf(epochs);
        if (epochs.isEmpty()) {
            throw new IllegalArgumentException("an alarm has at least one epoch");
        }
    }

    /** When it was shown, such as {@code since epoch 8}. */
    public String when() {
        return when(epochs, since);
    }

    static String when(List<Integer> epochs, OptionalInt since) {
        return since.isPresent()
                ? "since epoch " + since.getAsInt()
                : (epochs.size() == 1 ? "at epoch " : "at epochs ")
                        + epochs.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ", not at the last";
    }

    /** The epoch of the first evaluation that shows it. */
    public int first() {
        return epochs.get(0);
    }
}
