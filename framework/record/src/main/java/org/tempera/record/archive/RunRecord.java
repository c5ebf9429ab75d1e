package org.tempera.record.archive;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Ruler;

/**
 * What runs are compared by: what a run was, what it cost, and every number that was measured of its evaluations. It is
 * made of a run's folder, and small enough to be kept and sent where the folder is not.
 *
 * @param name of the run's folder, or of a sweep's child, such as {@code aesthetic/ddpo/seed-1}
 * @param settings of a sweep's child: by axis, such as {@code algorithm}, the name of what was chosen; empty of a run
 *     by itself
 * @param control whether it was trained on random rewards, so that others are judged against it
 * @param facts algorithm, rewards and roles, seed
 * @param epochs complete epochs
 * @param costs one for each epoch that is complete, before training too, ascending; of long runs for some of them
 * @param metrics one row for each epoch, ascending; of long runs for some of them
 * @param evaluated samples of the evaluations in the run that were measured alike, with all their scores; of many, some
 * @param ruler what measured these; empty where it is not known
 * @param evaluations what {@code tempera evaluate} measured of the run's checkpoints: by ascending epoch, and where
 *     several rulers measured, those of the ruler with most epochs first
 * @param pictures some of what the evaluations drew; empty where none were kept
 * @param provenance versions, hashes and machine, as plain data
 * @param notes what a reader must know of the numbers, a sentence each
 */
public record RunRecord(
        String name,
        Map<String, String> settings,
        boolean control,
        RunFacts facts,
        int epochs,
        List<RunCost> costs,
        List<MetricRow> metrics,
        List<Sample> evaluated,
        Optional<Ruler> ruler,
        List<ModelEvaluation> evaluations,
        Optional<ContactSheet> pictures,
        Map<String, Object> provenance,
        List<String> notes) {
    /** Scores are rounded to no larger a part of their standard deviation than one over this. */
    public static final int COARSEST = 12;

    /** Settings by which a record that no sweep made may name its seed: no choice tells by them. */
    public static final Set<String> SEED_SETTINGS = Set.of("seed", "seeds");

    /** What {@link #provenance} has of the sweep that a run belongs to. */
    public static final String SWEEP = "sweep";

    /** In {@link #SWEEP} the keys that the run was made with. */
    public static final String KEYS = "keys";

    public RunRecord {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        costs = List.copyOf(costs);
        metrics = List.copyOf(metrics);
        evaluated = List.copyOf(evaluated);
        evaluations = List.copyOf(evaluations);
        provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
        notes = List.copyOf(notes);
        if (evaluated.stream().anyMatch(s -> s.phase() != Sample.Phase.EVALUATION)) {
            throw new IllegalArgumentException("expected samples of evaluations, found one that was trained on");
        }
    }

    /** Of a sweep's child the keys that it was made with, as HOCON; empty of any other. */
    public Map<String, String> sweepKeys() {
        Map<String, String> keys = new TreeMap<>();
        if (provenance.get(SWEEP) instanceof Map<?, ?> sweep && sweep.get(KEYS) instanceof Map<?, ?> plain) {
            plain.forEach((key, value) -> keys.put(String.valueOf(key), String.valueOf(value)));
        }
        return keys;
    }

    /** The same of a sweep's child: under another name, with what was chosen by axis. */
    public RunRecord named(String name, Map<String, String> settings) {
        Draft draft = new Draft(this);
        draft.name = name;
        draft.settings = settings;
        return draft.record();
    }

    /** The same with other samples of its evaluations. */
    public RunRecord with(List<Sample> samples) {
        Draft draft = new Draft(this);
        draft.evaluated = samples;
        return draft.record();
    }

    /**
     * The same as the child of a sweep.
     *
     * @param isControl whether others are judged against it
     * @param described what it is, wherever it was run
     * @param sweep what the sweep must know again of it, which {@link #SWEEP} keeps
     */
    public RunRecord inSweep(boolean isControl, RunFacts described, Map<String, Object> sweep) {
        Draft draft = new Draft(this);
        draft.control = isControl;
        draft.facts = described;
        draft.provenance.put(SWEEP, sweep);
        return draft.record();
    }
}
