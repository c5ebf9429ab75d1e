package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tempera.record.metrics.Sample;

/**
 * Those of a run's evaluations that were measured as its last one was: with the same prompts and noise at each place,
 * and by the same ruler as far as that is known. Only these may be compared.
 *
 * @param samples of the evaluations that are alike, in the order of the log
 * @param ruler what measured them; empty where it is not known
 * @param notes what a reader must know of those that are left out or whose ruler is not known, a sentence each
 */
public record AlikeEvaluations(List<Sample> samples, Optional<Ruler> ruler, List<String> notes) {
    private static final int NAMED_DIFFERENCES = 4;

    public AlikeEvaluations {
        samples = List.copyOf(samples);
        notes = List.copyOf(notes);
    }

    /**
     * Chooses among the evaluations of a run.
     *
     * @param evaluated samples of evaluations
     * @param rulers of the run
     */
    public static AlikeEvaluations of(List<Sample> evaluated, Rulers rulers) {
        List<Evaluation> evaluations = Evaluation.all(evaluated);
        if (evaluations.isEmpty()) {
            return new AlikeEvaluations(List.of(), Optional.empty(), List.of());
        }
        Evaluation last = evaluations.get(evaluations.size() - 1);
        Map<String, List<Integer>> apart = new LinkedHashMap<>();
        List<Integer> unknown = new ArrayList<>();
        for (Evaluation e : evaluations) {
            Optional<String> why = e.drawnOtherwise(last).or(() -> otherRuler(e.ruler(), last.ruler(), rulers));
            if (why.isPresent()) {
                apart.computeIfAbsent(why.get(), w -> new ArrayList<>()).add(e.epoch());
            } else if (e.ruler().isEmpty() || last.ruler().isEmpty()) {
                unknown.add(e.epoch());
            }
        }
        Set<Integer> leftOut = apart.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        List<String> notes = new ArrayList<>();
        apart.forEach((why, epochs) ->
                notes.add("Left out, for measured otherwise than the last: " + named(epochs) + " (" + why + ")."));
        if (!unknown.isEmpty()) {
            notes.add("It is not known what measured " + named(unknown)
                    + ", for the folder does not say so, as those of earlier versions do not; taken to be alike.");
        }
        return new AlikeEvaluations(
                evaluated.stream().filter(s -> !leftOut.contains(s.epoch())).toList(),
                last.ruler().flatMap(rulers::get),
                notes);
    }

    /** One evaluation, its samples by their places. */
    private record Evaluation(int epoch, Map<Integer, Sample> samples) {
        /** By ascending epoch. */
        static List<Evaluation> all(List<Sample> evaluated) {
            SortedMap<Integer, Map<Integer, Sample>> byEpoch = new TreeMap<>();
            evaluated.forEach(s ->
                    byEpoch.computeIfAbsent(s.epoch(), e -> new TreeMap<>()).put(s.index(), s));
            List<Evaluation> all = new ArrayList<>();
            byEpoch.forEach((epoch, samples) -> all.add(new Evaluation(epoch, samples)));
            return all;
        }

        Optional<String> ruler() {
            return samples.values().stream().findFirst().flatMap(Sample::ruler);
        }

        /** What is drawn otherwise in another evaluation at the same place; empty if nothing is. */
        Optional<String> drawnOtherwise(Evaluation other) {
            for (Sample mine : samples.values()) {
                Sample its = other.samples().get(mine.index());
                if (its != null && !drawn(mine).equals(drawn(its))) {
                    return Optional.of(
                            "sample " + mine.index() + ": " + drawn(mine) + " before, " + drawn(its) + " now");
                }
            }
            return Optional.empty();
        }
    }

    /** What a sample was drawn from, for people. */
    public static String drawn(Sample s) {
        return "'" + s.prompt() + "' from seed " + s.seed();
    }

    private static Optional<String> otherRuler(Optional<String> before, Optional<String> now, Rulers rulers) {
        if (before.isEmpty() || now.isEmpty() || before.equals(now)) {
            return Optional.empty();
        }
        Optional<Ruler> first = before.flatMap(rulers::get);
        Optional<Ruler> second = now.flatMap(rulers::get);
        if (first.isEmpty() || second.isEmpty()) {
            return Optional.of("rulers.json does not say how");
        }
        List<Ruler.Difference> differences = first.get().differences(second.get());
        return Optional.of(differences.stream()
                        .limit(NAMED_DIFFERENCES)
                        .map(Ruler.Difference::toString)
                        .collect(Collectors.joining("; "))
                + (differences.size() > NAMED_DIFFERENCES
                        ? "; and " + (differences.size() - NAMED_DIFFERENCES) + " more"
                        : ""));
    }

    /** Evaluations by their epochs, for people. */
    public static String named(List<Integer> epochs) {
        return epochs.size() == 1
                ? "the evaluation of epoch " + epochs.get(0)
                : "the evaluations of epochs "
                        + epochs.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
