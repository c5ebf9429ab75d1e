package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.evaluation.PromptDiversity;

/** The pictures of sets of prompts that were measured of every run: small records of large runs keep some of them. */
final class CommonPictures {
    private final Map<String, Set<Key>> bySet = new LinkedHashMap<>();
    private final Map<String, Integer> most = new LinkedHashMap<>();

    private record Key(String prompt, long seed) {
        static Key of(MeasuredPicture p) {
            return new Key(p.prompt(), p.seed());
        }
    }

    /** @param evaluations of all runs and checkpoints */
    CommonPictures(Collection<ModelEvaluation> evaluations) {
        for (ModelEvaluation evaluation : evaluations) {
            for (MeasuredSet set : evaluation.sets()) {
                Set<Key> its = set.pictures().stream().map(Key::of).collect(Collectors.toSet());
                bySet.computeIfAbsent(set.name(), s -> new HashSet<>(its)).retainAll(its);
                most.merge(set.name(), its.size(), Math::max);
            }
        }
    }

    /** The same measurements of these pictures alone. */
    SortedMap<Integer, ModelEvaluation> of(SortedMap<Integer, ModelEvaluation> byEpoch) {
        SortedMap<Integer, ModelEvaluation> common = new TreeMap<>();
        byEpoch.forEach((epoch, evaluation) -> common.put(epoch, evaluation.withSets(this::common)));
        return common;
    }

    private MeasuredSet common(MeasuredSet set) {
        Set<Key> keys = bySet.getOrDefault(set.name(), Set.of());
        if (keys.size() == set.pictures().size()) {
            return set;
        }
        List<MeasuredPicture> pictures =
                set.pictures().stream().filter(p -> keys.contains(Key.of(p))).toList();
        Set<String> prompts = pictures.stream().map(MeasuredPicture::prompt).collect(Collectors.toSet());
        Map<String, PromptDiversity> diversity = new LinkedHashMap<>(set.diversity());
        diversity.keySet().retainAll(prompts);
        return new MeasuredSet(set.name(), pictures, diversity);
    }

    /** Which sets are compared by fewer pictures than some run has, a sentence each. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        bySet.forEach((set, keys) -> {
            int all = most.getOrDefault(set, 0);
            if (keys.size() < all) {
                notes.add("Of the set of prompts '" + set + "' " + keys.size() + " of up to " + all
                        + " pictures are compared, those that are kept of every run.");
            }
        });
        return notes;
    }
}
