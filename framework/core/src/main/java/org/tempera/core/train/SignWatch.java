package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.tempera.record.verdict.Alarm;
import org.tempera.record.verdict.Alarms;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;

/**
 * The signs of a run's evaluations: whether they have left what they were at the first. The log keeps that one; the
 * state has how many there were, and what the latest showed.
 */
final class SignWatch implements Checkpointable {
    private Optional<Map<String, double[]>> base = Optional.empty();
    private int evaluations;
    private List<String> shown = List.of();

    /** Begins with an evaluation that was logged before the run went on. @param signs of the first */
    void goesOnFrom(Map<String, double[]> signs) {
        base = Optional.of(Map.copyOf(signs));
    }

    /** What an evaluation shows; takes nothing in. */
    List<Alarms.Raised> look(Map<String, double[]> signs) {
        return evaluations == 0 ? List.of() : Alarms.ofSigns(base.orElse(Map.of()), signs, evaluations);
    }

    /** Takes in an evaluation. @param raised what it showed */
    void take(Map<String, double[]> signs, List<Alarms.Raised> raised) {
        if (base.isEmpty()) {
            base = Optional.of(Map.copyOf(signs));
        }
        evaluations++;
        shown = raised.stream().map(Alarms.Raised::name).toList();
    }

    /** What the evaluation before did not show. */
    List<Alarms.Raised> news(List<Alarms.Raised> raised) {
        return raised.stream().filter(r -> !shown.contains(r.name())).toList();
    }

    /** How many signs of a kind an evaluation shows; empty where none of them can be compared. */
    OptionalInt count(Alarm.Kind kind, Map<String, double[]> signs, List<Alarms.Raised> raised) {
        boolean watched = evaluations > 0
                && signs.keySet().stream()
                        .anyMatch(name -> Alarms.kind(name) == kind
                                && base.orElse(Map.of()).containsKey(name));
        return watched
                ? OptionalInt.of(
                        (int) raised.stream().filter(r -> r.kind() == kind).count())
                : OptionalInt.empty();
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("evaluations", evaluations);
        state.put("shown", shown);
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        PlainFields fields = PlainFields.of(state);
        evaluations = fields.integer("evaluations");
        shown = fields.texts("shown");
        if (evaluations < 0) {
            throw new IllegalArgumentException("expected 0 or more evaluations, found " + evaluations);
        }
    }
}
