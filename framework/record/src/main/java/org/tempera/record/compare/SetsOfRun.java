package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.HeldOutScore;
import org.tempera.record.verdict.Ruler;

/**
 * What {@code evaluate} measured of a run's checkpoints, by set of prompts.
 *
 * @param epochs of the checkpoints, ascending
 * @param sets by name
 */
record SetsOfRun(List<Integer> epochs, Map<String, OneSet> sets) {
    /** Of a run that was not measured. */
    static final SetsOfRun NONE = new SetsOfRun(List.of(), Map.of());

    /**
     * One set of prompts.
     *
     * @param pictures of it, of a checkpoint
     * @param numbers means over its prompts by name, each {@code [checkpoint]}
     * @param truth the score that judges, {@code [checkpoint]}; empty where it was not measured
     */
    record OneSet(int pictures, Map<String, List<Estimate>> numbers, Optional<List<Estimate>> truth) {
        /** KL divergence from the weights before training, {@code [checkpoint]}. */
        Optional<List<Estimate>> divergence() {
            return Optional.ofNullable(numbers.get(ScoreNames.KL));
        }
    }

    /** All that a set's numbers depend on but its scores and the policy, by which a ruler is chosen. */
    private static Map<String, SortedMap<String, String>> drawing(Ruler ruler) {
        Map<String, SortedMap<String, String>> scopes = new TreeMap<>(ruler.scopes());
        scopes.keySet()
                .removeIf(scope ->
                        scope.equals(Ruler.POLICY) || scope.equals(Ruler.GOLD) || scope.startsWith(Ruler.reward("")));
        return scopes;
    }

    /**
     * What was measured of runs, by name of the run: of each what was drawn as in most of the others.
     *
     * @param notes takes what is left out
     */
    static Map<String, SetsOfRun> of(List<RunRecord> runs, Scores scores, Collection<String> notes) {
        Map<Map<String, SortedMap<String, String>>, Set<String>> having = new LinkedHashMap<>();
        for (RunRecord run : runs) {
            for (ModelEvaluation evaluation : run.evaluations()) {
                if (evaluation.epoch().isPresent()) {
                    having.computeIfAbsent(drawing(evaluation.ruler()), k -> new LinkedHashSet<>())
                            .add(run.name());
                }
            }
        }
        Map<String, SetsOfRun> all = new LinkedHashMap<>();
        Optional<Map<String, SortedMap<String, String>>> chosen = having.entrySet().stream()
                .reduce((one, other) -> other.getValue().size() > one.getValue().size() ? other : one)
                .map(Map.Entry::getKey);
        if (chosen.isEmpty()) {
            return all;
        }
        Map<String, SortedMap<Integer, ModelEvaluation>> byRun = new LinkedHashMap<>();
        for (RunRecord run : runs) {
            SortedMap<Integer, ModelEvaluation> its = checkpoints(run, chosen.get(), notes);
            if (!its.isEmpty()) {
                byRun.put(run.name(), its);
            }
        }
        Optional<Ruler> ruler = byRun.values().stream()
                .flatMap(its -> its.values().stream())
                .map(ModelEvaluation::ruler)
                .findFirst();
        CommonPictures common = new CommonPictures(
                byRun.values().stream().flatMap(its -> its.values().stream()).toList());
        notes.addAll(common.notes());
        byRun.forEach((run, its) -> all.put(run, of(run, common.of(its), ruler.orElseThrow(), scores, notes)));
        for (RunRecord run : runs) {
            if (!run.evaluations().isEmpty() && !all.containsKey(run.name())) {
                Ruler its = run.evaluations().get(0).ruler();
                notes.add("What 'evaluate' measured of " + run.name() + " is left out, for it was measured otherwise"
                        + " than of the other runs: "
                        + ruler.flatMap(r -> r.differences(its, drawingScopes(r, its)).stream()
                                        .findFirst())
                                .map(d -> d.key() + ": " + d.values("there", "here"))
                                .orElse("at no checkpoint that is known")
                        + ".");
            }
        }
        return all;
    }

    /**
     * The run's checkpoints as it trained them, drawn in a certain way. Those of another scale of its adapters are
     * other models; of several measurements of one checkpoint that with most numbers counts, and of such the first.
     */
    private static SortedMap<Integer, ModelEvaluation> checkpoints(
            RunRecord run, Map<String, SortedMap<String, String>> drawing, Collection<String> notes) {
        SortedMap<Integer, ModelEvaluation> byEpoch = new TreeMap<>();
        Set<String> others = new LinkedHashSet<>();
        for (ModelEvaluation evaluation : run.evaluations()) {
            if (evaluation.epoch().isEmpty() || !drawing(evaluation.ruler()).equals(drawing)) {
                continue;
            }
            List<Ruler.Difference> apart = run.ruler()
                    .map(its -> its.differences(evaluation.ruler(), List.of(Ruler.POLICY)))
                    .orElse(List.of());
            if (apart.isEmpty()) {
                byEpoch.merge(
                        evaluation.epoch().getAsInt(),
                        evaluation,
                        (one, other) -> numbers(other) > numbers(one) ? other : one);
            } else {
                others.add(apart.get(0).key() + ": " + apart.get(0).values("in training", "there"));
            }
        }
        others.forEach(how -> notes.add("What 'evaluate' measured of " + run.name()
                + " with another policy than it trained is left out (" + how + ")."));
        return byEpoch;
    }

    private static int numbers(ModelEvaluation evaluation) {
        return evaluation.sets().stream().mapToInt(s -> s.means().size()).sum();
    }

    private static List<String> drawingScopes(Ruler one, Ruler other) {
        Set<String> scopes = new LinkedHashSet<>(drawing(one).keySet());
        scopes.addAll(drawing(other).keySet());
        return List.copyOf(scopes);
    }

    private static SetsOfRun of(
            String run,
            SortedMap<Integer, ModelEvaluation> byEpoch,
            Ruler reference,
            Scores scores,
            Collection<String> notes) {
        Set<String> unlike = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>();
        for (ModelEvaluation evaluation : byEpoch.values()) {
            for (String scope : evaluation.ruler().scopes().keySet()) {
                if ((scope.equals(Ruler.GOLD) || scope.startsWith(Ruler.reward("")))
                        && reference.scopes().containsKey(scope)
                        && !reference
                                .differences(evaluation.ruler(), List.of(scope))
                                .isEmpty()) {
                    unlike.add(
                            scope.equals(Ruler.GOLD)
                                    ? ScoreNames.GOLD
                                    : scope.substring(Ruler.reward("").length()));
                }
            }
            evaluation.sets().forEach(set -> names.add(set.name()));
        }
        unlike.forEach(name -> notes.add("The scores by " + name + " that 'evaluate' gave " + run
                + " are left out, for they were measured otherwise than of the other runs."));
        List<ModelEvaluation> evaluations = List.copyOf(byEpoch.values());
        Map<String, OneSet> sets = new LinkedHashMap<>();
        for (String name : names) {
            sets.put(name, oneSet(name, evaluations, unlike, scores));
        }
        return new SetsOfRun(List.copyOf(byEpoch.keySet()), sets);
    }

    private static OneSet oneSet(String name, List<ModelEvaluation> evaluations, Set<String> unlike, Scores scores) {
        List<Optional<MeasuredSet>> sets = new ArrayList<>();
        List<Map<String, Estimate>> means = new ArrayList<>();
        Set<String> numbers = new LinkedHashSet<>();
        for (ModelEvaluation evaluation : evaluations) {
            Optional<MeasuredSet> set = evaluation.sets().stream()
                    .filter(s -> s.name().equals(name))
                    .findFirst();
            sets.add(set);
            means.add(set.map(MeasuredSet::means).orElse(Map.of()));
            numbers.addAll(means.get(means.size() - 1).keySet());
        }
        numbers.removeAll(unlike);
        Estimate none = Estimate.ofMean(new double[0], Estimate.CONFIDENCE);
        Map<String, List<Estimate>> byName = new LinkedHashMap<>();
        numbers.forEach(number -> byName.put(
                number, means.stream().map(m -> m.getOrDefault(number, none)).toList()));
        Optional<List<Estimate>> truth = scores.gold()
                ? Optional.ofNullable(byName.get(ScoreNames.GOLD))
                : numbers.containsAll(scores.heldOut()) && !scores.heldOut().isEmpty()
                        ? heldOut(sets, scores, none)
                        : Optional.empty();
        int pictures = sets.stream()
                .flatMap(Optional::stream)
                .mapToInt(set -> set.pictures().size())
                .max()
                .orElse(0);
        return new OneSet(pictures, byName, truth);
    }

    /** The mean of the held-out rewards, standardised by those of the first checkpoint. */
    private static Optional<List<Estimate>> heldOut(List<Optional<MeasuredSet>> sets, Scores scores, Estimate none) {
        List<String> names = scores.heldOut();
        if (sets.get(0).isEmpty()) {
            return Optional.empty();
        }
        HeldOutScore score = HeldOutScore.relativeTo(byName(sets.get(0).get(), names), scores.weights());
        return Optional.of(sets.stream()
                .map(set -> set.map(s -> Estimate.ofMean(score.bySample(byName(s, names)), Estimate.CONFIDENCE))
                        .orElse(none))
                .toList());
    }

    private static Map<String, double[]> byName(MeasuredSet set, List<String> names) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        names.forEach(name -> scores.put(
                name,
                set.pictures().stream()
                        .mapToDouble(p -> p.numbers().getOrDefault(name, Double.NaN))
                        .toArray()));
        return scores;
    }
}
