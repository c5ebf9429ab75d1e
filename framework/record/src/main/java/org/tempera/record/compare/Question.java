package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A question that a sweep was made to answer, as its file says it: whether groups of one choice differ from those of
 * others. Its pairs alone are corrected for where it is answered, since they were named before the runs were seen.
 *
 * @param name such as {@code resets-help}
 * @param compared choices by axis, such as {@code algorithm = tdpo}: the groups that have each of them
 * @param with the same of what these are compared with, in the order in which the answers stand
 */
public record Question(String name, Map<String, String> compared, List<Map<String, String>> with) {
    public Question {
        compared = Map.copyOf(compared);
        with = with.stream().map(Map::copyOf).toList();
    }

    /** Two groups, by their names. */
    record Pair(String first, String second) {}

    /** The pairs that it asks for: on axes that are not named of the second group, it has the first's choices. */
    List<Pair> pairs(List<Group> groups) {
        List<Pair> pairs = new ArrayList<>();
        for (Group first : groups) {
            for (Map<String, String> other : with) {
                for (Group second : groups) {
                    if (asks(first, other, second)) {
                        pairs.add(new Pair(first.name(), second.name()));
                    }
                }
            }
        }
        return pairs;
    }

    private boolean asks(Group first, Map<String, String> other, Group second) {
        Set<String> shared = new TreeSet<>(first.settings().keySet());
        shared.addAll(second.settings().keySet());
        shared.removeAll(other.keySet());
        return first.settings().entrySet().containsAll(compared.entrySet())
                && second.settings().entrySet().containsAll(other.entrySet())
                && !first.name().equals(second.name())
                && shared.stream()
                        .allMatch(axis -> Objects.equals(
                                first.settings().get(axis), second.settings().get(axis)));
    }
}
