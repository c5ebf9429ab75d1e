package org.tempera.record.verdict;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The mean of the held-out rewards, each standardised by mean and deviation of its scores before training, so that
 * rewards of any scale weigh the same. Best checkpoints are chosen by it.
 */
public final class HeldOutScore {
    private final SortedMap<String, ScoreScale> before;

    private HeldOutScore(SortedMap<String, ScoreScale> before) {
        this.before = before;
    }

    /** Standardises by these scores, {@code [sample]} by reward: those of the first evaluation. */
    public static HeldOutScore relativeTo(Map<String, double[]> first) {
        SortedMap<String, ScoreScale> before = new TreeMap<>();
        first.forEach((name, scores) -> before.put(name, ScoreScale.of(scores)));
        return new HeldOutScore(before);
    }

    /**
     * The score of each sample; NaN where a reward gave none. @param now {@code [sample]} by reward, the same rewards
     */
    public double[] bySample(Map<String, double[]> now) {
        if (!now.keySet().equals(before.keySet()) || now.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected the held-out rewards " + before.keySet() + ", found " + now.keySet());
        }
        double[] score = new double[now.values().iterator().next().length];
        before.forEach((name, scale) -> {
            double[] scores = now.getOrDefault(name, score);
            for (int i = 0; i < score.length; i++) {
                score[i] += scale.standardise(scores[i]) / before.size();
            }
        });
        return score;
    }

    /** The mean of the scores of {@link #bySample}, of the samples that have one. */
    public static double mean(double[] scores) {
        return Estimate.ofMean(scores, Estimate.CONFIDENCE).mean();
    }
}
