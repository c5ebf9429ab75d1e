package org.tempera.core.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What came of doing each work of a run once and again, on zeros.
 *
 * @param loading seconds from the built graph to weights that are read
 * @param timed each work with its time
 * @param peakBytes the most that the process held; empty where the system does not tell
 */
public record Rehearsal(double loading, List<Timed> timed, OptionalLong peakBytes) {
    public Rehearsal {
        timed = List.copyOf(timed);
    }

    /**
     * A work with its time.
     *
     * @param first seconds of the first time, in which TensorFlow does what it does once
     * @param again seconds of a time after it, for as many side by side as the run computes
     */
    public record Timed(Work work, double first, double again) {
        double epoch() {
            return times(work.perEpoch().orElse(0));
        }

        double evaluation() {
            return times(work.perEvaluation());
        }

        private double times(long count) {
            return again * Math.ceil((double) count / work.atATime());
        }
    }

    /** Seconds of an epoch by phase, of what is computed in the graph. */
    public Map<String, Double> epoch() {
        Map<String, Double> phases = new LinkedHashMap<>();
        for (Timed t : timed) {
            if (t.work().perEpoch().orElse(1) > 0) {
                phases.merge(t.work().phase(), t.epoch(), Double::sum);
            }
        }
        return phases;
    }

    /** Seconds of an epoch. */
    public double epochSeconds() {
        return timed.stream().mapToDouble(Timed::epoch).sum();
    }

    /** Seconds of an evaluation. */
    public double evaluationSeconds() {
        return timed.stream().mapToDouble(Timed::evaluation).sum();
    }

    /** Works whose number in an epoch is not known, so that they are not in its seconds. */
    public List<String> unknown() {
        return timed.stream()
                .map(Timed::work)
                .filter(w -> w.perEpoch().isEmpty())
                .map(Work::name)
                .toList();
    }

    /** As plain data. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("loading_s", loading);
        map.put("epoch_s", epochSeconds());
        map.put("phases_s", epoch());
        map.put("evaluation_s", evaluationSeconds());
        map.put(
                "works_s",
                timed.stream()
                        .map(t -> Map.of("name", t.work().name(), "first", t.first(), "again", t.again()))
                        .toList());
        map.put("not_counted", unknown());
        peakBytes.ifPresent(bytes -> map.put("peak_bytes", bytes));
        return map;
    }
}
