package org.tempera.record.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs that differ in their seeds only.
 *
 * @param name such as {@code ddpo}, unique among the groups on a training reward
 * @param algorithm that trained them
 * @param settings by axis, of a sweep's children; empty of runs by themselves
 * @param control whether they were trained on random rewards
 * @param runs by ascending seed
 * @param curves each number over each axis on which it is known
 * @param trades pairs of numbers at the same weights: the truth beside the KL divergence, diversity beside the training
 *     reward
 * @param gao empty where {@code evaluate} measured no KL divergence of enough checkpoints
 * @param verdict what can be said of the algorithm
 * @param notes what a reader must know of the runs, a sentence each
 */
public record Group(
        String name,
        String algorithm,
        Map<String, String> settings,
        boolean control,
        List<ComparedRun> runs,
        List<Curve> curves,
        List<Trade> trades,
        Optional<GaoCurve> gao,
        GroupVerdict verdict,
        List<String> notes) {
    public Group {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        runs = List.copyOf(runs);
        curves = List.copyOf(curves);
        trades = List.copyOf(trades);
        notes = List.copyOf(notes);
    }

    /** The curves of a kind over an axis. */
    public List<Curve> curves(Measure.Kind kind, Axis axis) {
        return curves.stream()
                .filter(c -> c.measure().kind() == kind && c.axis() == axis)
                .toList();
    }
}
