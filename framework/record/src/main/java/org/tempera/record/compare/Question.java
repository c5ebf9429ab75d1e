package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A question of a sweep's file: which runs of that sweep are to be compared with which. Its pairs are corrected for by
 * themselves, however many other groups are compared.
 *
 * @param name such as {@code resets-help}
 * @param pairs all that the file asks for, whether their runs are there or not; each pair once
 */
public record Question(String name, List<Pair> pairs) {
    /**
     * Runs of a sweep that differ in their seeds only.
     *
     * @param name for people, where none of them is there
     * @param runs names of those that are there
     * @param asked how many the file asks for
     */
    public record Side(String name, List<String> runs, int asked) {
        public Side {
            runs = List.copyOf(runs);
        }
    }

    /**
     * What is compared.
     *
     * @param first its truth less the second's is the difference
     * @param second what the first is compared with
     * @param free the outermost blocks of keys, such as {@code algorithm}, in which the two may differ, by what the
     *     question names
     */
    public record Pair(Side first, Side second, Set<String> free) {
        public Pair {
            free = Set.copyOf(free);
        }

        List<String> runs() {
            List<String> both = new ArrayList<>(first.runs());
            both.addAll(second.runs());
            return both;
        }
    }

    public Question {
        pairs = List.copyOf(pairs);
    }
}
