package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;

/**
 * The evaluations of a run at fixed prompts and noise.
 *
 * @param epochs complete epochs at each evaluation, ascending; the first is 0, before training
 * @param proxy the reward that was trained on; empty where the run learnt from choices
 * @param heldOut rewards that judge
 * @param logged rewards that are only shown
 * @param gold the truth, in a world that has one
 * @param control the truth (gold, else {@link HeldOutScore}) at the same evaluations of a run that differs only in
 *     being trained on random rewards
 * @param signs what may betray over-optimisation and is no score
 * @param weights of the held-out rewards in their score; empty where they weigh the same
 */
public record Evaluations(
        List<Integer> epochs,
        Optional<ScoreSeries> proxy,
        List<ScoreSeries> heldOut,
        List<ScoreSeries> logged,
        Optional<ScoreSeries> gold,
        Optional<ScoreSeries> control,
        List<ScoreSeries> signs,
        Map<String, Double> weights) {
    /** More than runs have; a log that was tampered with may name any number. */
    private static final int MOST_SIGNS = 64;

    public Evaluations {
        epochs = List.copyOf(epochs);
        heldOut = List.copyOf(heldOut);
        logged = List.copyOf(logged);
        signs = List.copyOf(signs);
        weights = Map.copyOf(weights);
        List<ScoreSeries> all = new ArrayList<>(heldOut);
        all.addAll(logged);
        proxy.ifPresent(all::add);
        gold.ifPresent(all::add);
        control.ifPresent(all::add);
        all.addAll(signs);
        for (ScoreSeries s : all) {
            if (s.evaluations() != epochs.size()) {
                throw new IllegalArgumentException(
                        "'" + s.name() + "': expected " + epochs.size() + " evaluations, found " + s.evaluations());
            }
        }
    }

    /** Without signs. */
    public Evaluations(
            List<Integer> epochs,
            Optional<ScoreSeries> proxy,
            List<ScoreSeries> heldOut,
            List<ScoreSeries> logged,
            Optional<ScoreSeries> gold,
            Optional<ScoreSeries> control) {
        this(epochs, proxy, heldOut, logged, gold, control, List.of(), Map.of());
    }

    /** Of a run that was trained on a reward. */
    public Evaluations(
            List<Integer> epochs,
            ScoreSeries proxy,
            List<ScoreSeries> heldOut,
            List<ScoreSeries> logged,
            Optional<ScoreSeries> gold,
            Optional<ScoreSeries> control) {
        this(epochs, Optional.of(proxy), heldOut, logged, gold, control);
    }

    /**
     * Collects the evaluations from a samples log; a score or sign that is not in it is NaN.
     *
     * @param proxy name of the training reward in the log; where no sample has it, there is none
     * @param heldOut names of the held-out rewards
     * @param logged names of the rewards that are only shown
     * @param gold name of the truth, where there is one
     */
    public static Evaluations of(
            List<Sample> samples,
            String proxy,
            Collection<String> heldOut,
            Collection<String> logged,
            Optional<String> gold) {
        SortedMap<Integer, SortedMap<Integer, Sample>> byEpoch = new TreeMap<>();
        SortedSet<String> signs = new TreeSet<>();
        int size = 0;
        boolean trained = false;
        for (Sample sample : samples) {
            if (sample.phase() == Sample.Phase.EVALUATION) {
                byEpoch.computeIfAbsent(sample.epoch(), e -> new TreeMap<>()).put(sample.index(), sample);
                signs.addAll(sample.signs().keySet());
                size = Math.max(size, sample.index() + 1);
                trained |= sample.rewards().containsKey(proxy);
            }
        }
        List<SortedMap<Integer, Sample>> evaluations = List.copyOf(byEpoch.values());
        int n = size;
        return new Evaluations(
                List.copyOf(byEpoch.keySet()),
                trained ? Optional.of(series(proxy, evaluations, n)) : Optional.empty(),
                heldOut.stream().map(name -> series(name, evaluations, n)).toList(),
                logged.stream().map(name -> series(name, evaluations, n)).toList(),
                gold.map(name -> series(name, evaluations, n)),
                Optional.empty(),
                signs.stream()
                        .limit(MOST_SIGNS)
                        .map(name -> series(name, evaluations, n, Sample::signs))
                        .toList(),
                Map.of());
    }

    private static ScoreSeries series(String name, List<SortedMap<Integer, Sample>> evaluations, int size) {
        return series(name, evaluations, size, Sample::rewards);
    }

    private static ScoreSeries series(
            String name,
            List<SortedMap<Integer, Sample>> evaluations,
            int size,
            Function<Sample, Map<String, Double>> numbers) {
        List<double[]> scores = new ArrayList<>();
        for (SortedMap<Integer, Sample> evaluation : evaluations) {
            double[] row = new double[size];
            Arrays.fill(row, Double.NaN);
            evaluation.forEach((i, sample) -> row[i] = numbers.apply(sample).getOrDefault(name, Double.NaN));
            scores.add(row);
        }
        return new ScoreSeries(name, scores);
    }

    /** The same with the truth of a run on random rewards. */
    public Evaluations withControl(ScoreSeries truthUnderRandomRewards) {
        return new Evaluations(
                epochs, proxy, heldOut, logged, gold, Optional.of(truthUnderRandomRewards), signs, weights);
    }

    /** The same with other weights of the held-out rewards; none where they weigh the same. */
    public Evaluations weighedBy(Map<String, Double> others) {
        return new Evaluations(epochs, proxy, heldOut, logged, gold, control, signs, others);
    }

    /** Gold where there is one, else the held-out score where there are held-out rewards. */
    public Optional<ScoreSeries> truth() {
        return gold.or(this::heldOutScore);
    }

    /** The mean of the standardised held-out rewards; empty if there are none. */
    public Optional<ScoreSeries> heldOutScore() {
        if (heldOut.isEmpty() || epochs.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, double[]> first = new TreeMap<>();
        heldOut.forEach(s -> first.put(s.name(), s.scores().get(0)));
        HeldOutScore score = HeldOutScore.relativeTo(first, weights);
        List<double[]> scores = new ArrayList<>();
        for (int e = 0; e < epochs.size(); e++) {
            SortedMap<String, double[]> now = new TreeMap<>();
            for (ScoreSeries s : heldOut) {
                now.put(s.name(), s.scores().get(e));
            }
            scores.add(score.bySample(now));
        }
        return Optional.of(new ScoreSeries(ScoreNames.HELD_OUT, scores));
    }
}
