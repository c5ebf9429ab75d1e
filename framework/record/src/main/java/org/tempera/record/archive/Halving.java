package org.tempera.record.archive;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.evaluation.PromptDiversity;
import org.tempera.record.metrics.Sample;

/**
 * Leaves half of the scores that a record has. Which pictures stay does not depend on the run: of two runs the same are
 * left, so that they can still be compared picture by picture.
 */
final class Halving {
    private static final int SOME_EVALUATIONS = 24;
    private static final int FEW_EVALUATIONS = 6;
    private static final int SOME_PICTURES = 64;
    private static final int FEW_PICTURES = 8;

    private Halving() {}

    /**
     * Leaves half of the samples of the run's own evaluations: of many evaluations half of these, else of the pictures.
     */
    static void evaluated(Draft draft) {
        TreeSet<Integer> epochs =
                draft.evaluated.stream().map(Sample::epoch).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<Integer> places =
                draft.evaluated.stream().map(Sample::index).collect(Collectors.toCollection(TreeSet::new));
        int most = epochs.size();
        if (most > SOME_EVALUATIONS || (places.size() <= SOME_PICTURES && most > FEW_EVALUATIONS)) {
            Set<Integer> kept = Set.copyOf(Thinning.half(List.copyOf(epochs)));
            draft.evaluated = draft.evaluated.stream()
                    .filter(s -> kept.contains(s.epoch()))
                    .toList();
        } else if (places.size() > FEW_PICTURES) {
            Set<Integer> shown =
                    draft.pictures.map(ContactSheet::indices).map(Set::copyOf).orElse(Set.of());
            Set<Integer> kept = places.stream()
                    .sorted(Comparator.<Integer, Boolean>comparing(i -> !shown.contains(i))
                            .thenComparing(i -> scattered(i)))
                    .limit(places.size() / 2)
                    .collect(Collectors.toSet());
            draft.evaluated = draft.evaluated.stream()
                    .filter(s -> kept.contains(s.index()))
                    .toList();
        } else {
            draft.evaluated = List.of();
        }
    }

    /** An order without any pattern that prompts may have, the same for every run. */
    private static int scattered(int number) {
        return Integer.reverse((number + 1) * 0x9e3779b9);
    }

    /**
     * Leaves half of what {@code evaluate} measured: the ruler with fewest goes first, then checkpoints, then pictures.
     */
    static void evaluations(Draft draft) {
        List<ModelEvaluation> evaluations = draft.evaluations;
        Map<String, List<ModelEvaluation>> byRuler = evaluations.stream()
                .collect(Collectors.groupingBy(e -> e.ruler().fingerprint(), LinkedHashMap::new, Collectors.toList()));
        int pictures = evaluations.stream()
                .flatMap(e -> e.sets().stream())
                .mapToInt(set -> set.pictures().size())
                .max()
                .orElse(0);
        if (byRuler.size() > 1) {
            List<String> last = List.copyOf(byRuler.keySet());
            byRuler.remove(last.get(last.size() - 1)); // the fewest
            draft.evaluations = byRuler.values().stream().flatMap(List::stream).toList();
        } else if (evaluations.size() > SOME_EVALUATIONS
                || (pictures <= SOME_PICTURES && evaluations.size() > FEW_EVALUATIONS)) {
            draft.evaluations = Thinning.half(evaluations);
        } else if (pictures > FEW_PICTURES) {
            draft.evaluations =
                    evaluations.stream().map(e -> e.withSets(Halving::half)).toList();
        } else {
            draft.evaluations = List.of();
        }
    }

    /** Half of a set's prompts with all of their pictures; of few prompts, half of the pictures. */
    private static MeasuredSet half(MeasuredSet set) {
        List<String> prompts = set.pictures().stream()
                .map(MeasuredPicture::prompt)
                .distinct()
                .sorted(Comparator.<String>comparingInt(p -> scattered(p.hashCode()))
                        .thenComparing(p -> p))
                .toList();
        if (prompts.size() >= FEW_PICTURES) {
            Set<String> kept = Set.copyOf(prompts.subList(0, prompts.size() / 2));
            Map<String, PromptDiversity> diversity = new LinkedHashMap<>(set.diversity());
            diversity.keySet().retainAll(kept);
            return new MeasuredSet(
                    set.name(),
                    set.pictures().stream()
                            .filter(p -> kept.contains(p.prompt()))
                            .toList(),
                    diversity);
        }
        Set<Integer> kept = new TreeSet<>();
        for (int i = 0; i < set.pictures().size(); i++) {
            kept.add(i);
        }
        List<Integer> order =
                kept.stream().sorted(Comparator.comparing(Halving::scattered)).toList();
        kept.retainAll(Set.copyOf(order.subList(0, (order.size() + 1) / 2)));
        return new MeasuredSet(
                set.name(), kept.stream().map(set.pictures()::get).toList(), set.diversity());
    }
}
