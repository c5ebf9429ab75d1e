package org.tempera.record.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tempera.record.evaluation.MeasuredPicture;
import org.tempera.record.evaluation.MeasuredSet;
import org.tempera.record.evaluation.PromptDiversity;
import org.tempera.record.metrics.Sample;

/** Rounds the scores of a record to steps of a part of their standard deviation. */
final class RoundedScores {
    private RoundedScores() {}

    /** What a normal number takes at least that is rounded to so many parts of its deviation: its entropy. */
    static double bytes(int parts) {
        return Math.log(Math.sqrt(2 * Math.PI * Math.E) * parts) / Math.log(256);
    }

    /**
     * Rounds the scores of evaluations.
     *
     * @param exact what they are read from
     * @param draft what takes the rounded ones
     * @param parts of the deviation, at most one of which is a step
     */
    static void round(Draft exact, Draft draft, int parts) {
        Map<Integer, List<Sample>> byEpoch = new LinkedHashMap<>();
        exact.evaluated.forEach(
                s -> byEpoch.computeIfAbsent(s.epoch(), e -> new ArrayList<>()).add(s));
        List<Sample> evaluated = new ArrayList<>();
        byEpoch.values().forEach(samples -> {
            List<SortedMap<String, Double>> rewards =
                    rounded(samples.stream().map(Sample::rewards).toList(), parts);
            List<SortedMap<String, Double>> signs =
                    rounded(samples.stream().map(Sample::signs).toList(), parts);
            for (int i = 0; i < samples.size(); i++) {
                Sample s = samples.get(i);
                evaluated.add(new Sample(
                        s.epoch(),
                        s.phase(),
                        s.index(),
                        s.prompt(),
                        s.seed(),
                        rewards.get(i),
                        s.ruler(),
                        signs.get(i)));
            }
        });
        draft.evaluated = evaluated;
        draft.evaluations = exact.evaluations.stream()
                .map(e -> e.withSets(set -> rounded(set, parts)))
                .toList();
    }

    private static MeasuredSet rounded(MeasuredSet set, int parts) {
        List<SortedMap<String, Double>> numbers =
                rounded(set.pictures().stream().map(MeasuredPicture::numbers).toList(), parts);
        List<MeasuredPicture> pictures = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i++) {
            MeasuredPicture p = set.pictures().get(i);
            pictures.add(new MeasuredPicture(p.prompt(), p.seed(), numbers.get(i)));
        }
        List<PromptDiversity> of = List.copyOf(set.diversity().values());
        double[] distance = Rounding.ofDeviation(
                of.stream().mapToDouble(PromptDiversity::distance).toArray(), parts);
        double[] vendi = Rounding.ofDeviation(
                of.stream().mapToDouble(PromptDiversity::vendi).toArray(), parts);
        Map<String, PromptDiversity> diversity = new LinkedHashMap<>();
        int i = 0;
        for (String prompt : set.diversity().keySet()) {
            diversity.put(prompt, new PromptDiversity(distance[i], vendi[i++]));
        }
        return new MeasuredSet(set.name(), pictures, diversity);
    }

    private static List<SortedMap<String, Double>> rounded(List<? extends Map<String, Double>> rows, int parts) {
        TreeSet<String> names = new TreeSet<>();
        rows.forEach(row -> names.addAll(row.keySet()));
        List<SortedMap<String, Double>> rounded = new ArrayList<>();
        rows.forEach(row -> rounded.add(new TreeMap<>()));
        for (String name : names) {
            double[] column = Rounding.ofDeviation(
                    rows.stream()
                            .mapToDouble(row -> row.getOrDefault(name, Double.NaN))
                            .toArray(),
                    parts);
            for (int i = 0; i < column.length; i++) {
                if (rows.get(i).containsKey(name)) {
                    rounded.get(i).put(name, column[i]);
                }
            }
        }
        return rounded;
    }
}
