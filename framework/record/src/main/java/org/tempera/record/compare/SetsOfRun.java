package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
     * @param truth the score that judges, {@code [checkpoint]}; empty where it was not measured, or is a held-out score
     *     and no run was measured before training
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
        byRun.replaceAll((run, its) -> common.of(its));
        Map<String, HeldOutScore> judges =
                ruler.map(r -> judges(byRun.values(), r, scores)).orElse(Map.of());
        byRun.forEach((run, its) -> all.put(run, of(run, its, ruler.orElseThrow(), scores, judges, notes)));
        withoutJudge(all.values(), scores, judges).forEach(notes::add);
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

    /**
     * The held-out score of each set, standardised by the weights before training as one of the runs has them measured:
     * they are the same for all runs, so that the truths of all have one zero point and one unit. Nothing of a set that
     * nobody measured there, nor where gold is the truth.
     */
    private static Map<String, HeldOutScore> judges(
            Collection<SortedMap<Integer, ModelEvaluation>> runs, Ruler reference, Scores scores) {
        Map<String, HeldOutScore> bySet = new LinkedHashMap<>();
        if (scores.gold() || scores.heldOut().isEmpty()) {
            return bySet;
        }
        for (SortedMap<Integer, ModelEvaluation> byEpoch : runs) {
            ModelEvaluation before = byEpoch.get(0);
            if (before != null && Collections.disjoint(unlike(byEpoch, reference), scores.heldOut())) {
                for (MeasuredSet set : before.sets()) {
                    if (set.means().keySet().containsAll(scores.heldOut())) {
                        bySet.computeIfAbsent(
                                set.name(),
                                name -> HeldOutScore.relativeTo(byName(set, scores.heldOut()), scores.weights()));
                    }
                }
            }
        }
        return bySet;
    }

    /** The sets whose held-out score has no zero point, a sentence each. */
    private static List<String> withoutJudge(
            Collection<SetsOfRun> runs, Scores scores, Map<String, HeldOutScore> judges) {
        return scores.gold() || scores.heldOut().isEmpty()
                ? List.of()
                : runs.stream()
                        .flatMap(r -> r.sets().entrySet().stream())
                        .filter(set -> set.getValue().numbers().keySet().containsAll(scores.heldOut()))
                        .map(Map.Entry::getKey)
                        .distinct()
                        .filter(set -> !judges.containsKey(set))
                        .map(set ->
                                "The set of prompts '" + set + "' has no held-out score, for 'evaluate' measured it of"
                                        + " no run before training, by which such scores are standardised: evaluate one of the"
                                        + " runs with --checkpoint all.")
                        .toList();
    }

    /** Names of the scores that some checkpoint of a run was given otherwise than the reference. */
    private static Set<String> unlike(SortedMap<Integer, ModelEvaluation> byEpoch, Ruler reference) {
        Set<String> unlike = new LinkedHashSet<>();
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
        }
        return unlike;
    }

    private static SetsOfRun of(
            String run,
            SortedMap<Integer, ModelEvaluation> byEpoch,
            Ruler reference,
            Scores scores,
            Map<String, HeldOutScore> judges,
            Collection<String> notes) {
        Set<String> unlike = unlike(byEpoch, reference);
        Set<String> names = new LinkedHashSet<>();
        byEpoch.values().forEach(e -> e.sets().forEach(set -> names.add(set.name())));
        unlike.forEach(name -> notes.add("The scores by " + name + " that 'evaluate' gave " + run
                + " are left out, for they were measured otherwise than of the other runs."));
        List<ModelEvaluation> evaluations = List.copyOf(byEpoch.values());
        Map<String, OneSet> sets = new LinkedHashMap<>();
        for (String name : names) {
            sets.put(name, oneSet(name, evaluations, unlike, scores, Optional.ofNullable(judges.get(name))));
        }
        return new SetsOfRun(List.copyOf(byEpoch.keySet()), sets);
    }

    private static OneSet oneSet(
            String name,
            List<ModelEvaluation> evaluations,
            Set<String> unlike,
            Scores scores,
            Optional<HeldOutScore> judge) {
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
                : judge.filter(j -> numbers.containsAll(scores.heldOut()))
                        .map(j -> heldOut(sets, j, scores.heldOut(), none));
        int pictures = sets.stream()
                .flatMap(Optional::stream)
                .mapToInt(set -> set.pictures().size())
                .max()
                .orElse(0);
        return new OneSet(pictures, byName, truth);
    }

    /** The held-out score of each checkpoint. @param names of the rewards that it is made of */
    private static List<Estimate> heldOut(
            List<Optional<MeasuredSet>> sets, HeldOutScore judge, List<String> names, Estimate none) {
        return sets.stream()
                .map(set ->
                        set.map(s -> s.mean(judge.bySample(byName(s, names)))).orElse(none))
                .toList();
    }

    private static Map<String, double[]> byName(MeasuredSet set, List<String> names) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        names.forEach(name -> scores.put(name, set.numbers(name)));
        return scores;
    }
}
