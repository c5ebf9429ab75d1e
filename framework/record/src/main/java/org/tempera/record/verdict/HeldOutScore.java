package org.tempera.record.verdict;

import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The mean of the held-out rewards, each standardised by mean and deviation of its scores before training, so that
 * rewards of any scale weigh the same, unless they are weighed by how independent they are of the training reward. Best
 * checkpoints are chosen by it.
 */
public final class HeldOutScore {
    private final SortedMap<String, ScoreScale> before;
    private final SortedMap<String, Double> divisors;

    private HeldOutScore(SortedMap<String, ScoreScale> before, SortedMap<String, Double> divisors) {
        this.before = before;
        this.divisors = divisors;
    }

    /** Standardises by these scores, {@code [sample]} by reward: those of the first evaluation. */
    public static HeldOutScore relativeTo(Map<String, double[]> first) {
        return relativeTo(first, Map.of());
    }

    /**
     * The same, weighed.
     *
     * @param weights by reward, 0 or more; where all are 0 or there are none, all weigh the same
     */
    public static HeldOutScore relativeTo(Map<String, double[]> first, Map<String, Double> weights) {
        SortedMap<String, ScoreScale> before = new TreeMap<>();
        first.forEach((name, scores) -> before.put(name, ScoreScale.of(scores)));
        double sum = before.keySet().stream()
                .mapToDouble(name -> weights.getOrDefault(name, 0.0))
                .sum();
        SortedMap<String, Double> divisors = new TreeMap<>();
        before.keySet().forEach(name -> {
            double weight = sum > 0 ? weights.getOrDefault(name, 0.0) : 1;
            if (weight > 0) {
                divisors.put(name, (sum > 0 ? sum : before.size()) / weight);
            }
        });
        return new HeldOutScore(before, divisors);
    }

    /**
     * The score of each sample; NaN where a reward that weighs gave none. @param now {@code [sample]} by reward, the
     * same rewards
     */
    public double[] bySample(Map<String, double[]> now) {
        if (!now.keySet().equals(before.keySet()) || now.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected the held-out rewards " + before.keySet() + ", found " + now.keySet());
        }
        double[] score = new double[now.values().iterator().next().length];
        divisors.forEach((name, divisor) -> {
            ScoreScale scale = Objects.requireNonNull(before.get(name));
            double[] scores = now.getOrDefault(name, score);
            for (int i = 0; i < score.length; i++) {
                score[i] += scale.standardise(scores[i]) / divisor;
            }
        });
        return score;
    }

    /** The mean of the scores of {@link #bySample}, of the samples that have one. */
    public static double mean(double[] scores) {
        return Estimate.mean(scores);
    }
}
