package org.tempera.algorithms.kl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tempera.algorithms.stats.Axes;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.RewardTable;

/**
 * Weights of samples in the divergence from the reference: 0 for most, and equal ones of mean 1 for the share on which
 * the training reward and others disagree most (GARDO, arXiv 2512.24138). What is learnt from samples on which all
 * agree is then free to leave the reference.
 *
 * <p>A sample's disagreement is its rank by the training reward less its mean rank by the others, over the epoch,
 * higher rewards ranking higher and equal ones alike. Of the samples where it is not negative those at or above the
 * percentile {@code 1 - share} are held, unless it is 0 there: all agree. The share grows by a tenth where the mean of
 * these disagreements leaves the range of the 20 epochs before upwards, and falls by a tenth where it leaves it
 * downwards.
 */
public final class KlGate implements Checkpointable {
    /** The column of the weights, one number a sample. */
    public static final String WEIGHT = "kl_gate";

    private static final int EPOCHS = 20;
    private static final double CHANGE = 0.1;

    private final KlGateConfig config;
    private final Deque<Double> disagreements = new ArrayDeque<>();
    private double share;

    KlGate(KlGateConfig config) {
        this.config = config;
        share = config.share();
    }

    /**
     * An epoch's weights.
     *
     * @param weights mean 1 over the samples that are not skipped, unless all are 0, {@code [sample]}
     * @param held share of the samples whose weight is not 0
     * @param disagreement mean of the disagreements that are not negative, in ranks
     */
    @SuppressWarnings("ArrayRecordComponent") // not copied, compared with none
    public record Epoch(double[] weights, double held, double disagreement) {}

    /**
     * Checks that the rewards are there, and that there is something to compare: a reward that is trained on alone is
     * the training reward.
     *
     * @param block where the gate's keys stand, such as {@code algorithm.ddpo}
     * @throws UserException if one is not, or is that one
     */
    void check(RewardNames rewards, String block) {
        List<String> fit = new ArrayList<>(rewards.all());
        if (rewards.trained().size() == 1) {
            fit.removeAll(rewards.trained());
        }
        for (String name : config.against()) {
            if (!fit.contains(name)) {
                throw new UserException(block + ".kl-gate.against: expected rewards that are not trained on alone, one"
                        + " of " + fit + ", found '" + name + "'. One that is held out judges the run, and no"
                        + " algorithm sees its scores: with role = logged it is shown and may be compared with");
            }
        }
    }

    /** Weights of an epoch's samples, 0 of those that are skipped; the share is adapted first, as published. */
    Epoch take(RewardTable rewards) {
        int[] kept = Axes.kept(rewards.skipped());
        if (kept.length == 0) {
            return new Epoch(new double[rewards.training().length], 0, 0);
        }
        double[] difference = differences(rewards, kept);
        double[] positive =
                Arrays.stream(difference).filter(d -> d >= 0).sorted().toArray();
        double mean = Arrays.stream(positive).average().orElse(0);
        adapt(mean);
        // What is at the percentile is held, unlike in the published code, which holds nobody where one stands out
        // alone.
        double threshold = Math.max(percentile(positive, 1 - share), Double.MIN_VALUE);
        int held = (int) Arrays.stream(difference).filter(d -> d >= threshold).count();
        double[] weights = new double[rewards.training().length];
        for (int k = 0; k < kept.length; k++) {
            weights[kept[k]] = difference[k] >= threshold ? (double) kept.length / held : 0;
        }
        return new Epoch(weights, (double) held / kept.length, mean);
    }

    /**
     * Disagreements of the kept ones. Ranks are multiples of a half, so that their sums are exact: divided before they
     * are summed, samples on which all agree would differ by rounding.
     */
    private double[] differences(RewardTable rewards, int[] kept) {
        int others = config.against().size();
        double[] difference = ranks(rewards.training(), kept);
        Arrays.setAll(difference, k -> others * difference[k]);
        for (String name : config.against()) {
            double[] other = ranks(scores(rewards, name), kept);
            Arrays.setAll(difference, k -> difference[k] - other[k]);
        }
        int sign = config.on() == Disagreement.TRAINING_LOWER ? -1 : 1;
        Arrays.setAll(difference, k -> sign * difference[k] / others);
        return difference;
    }

    private void adapt(double mean) {
        DoubleSummaryStatistics range =
                disagreements.stream().mapToDouble(d -> d).summaryStatistics();
        if (range.getCount() > 0 && mean > range.getMax()) {
            share *= 1 + CHANGE;
        } else if (range.getCount() > 0 && mean < range.getMin()) {
            share *= 1 - CHANGE;
        }
        share = Math.max(config.smallestShare(), Math.min(config.largestShare(), share));
        disagreements.addLast(mean);
        if (disagreements.size() > EPOCHS) {
            disagreements.removeFirst();
        }
    }

    private static float[] scores(RewardTable rewards, String name) {
        for (Map<String, float[]> role : List.of(rewards.trained(), rewards.constraints(), rewards.logged())) {
            float[] scores = role.get(name);
            if (scores != null) {
                return scores;
            }
        }
        throw new IllegalStateException("the epoch has no scores of the reward '" + name + "'");
    }

    /** Ranks of the kept ones from 1, the highest for the highest number; equal numbers have the mean of theirs. */
    private static double[] ranks(float[] numbers, int[] kept) {
        int[] order = IntStream.range(0, kept.length)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> numbers[kept[k]]))
                .mapToInt(k -> k)
                .toArray();
        double[] ranks = new double[kept.length];
        for (int first = 0; first < order.length; ) {
            int after = first + 1;
            while (after < order.length && numbers[kept[order[after]]] == numbers[kept[order[first]]]) {
                after++;
            }
            for (int k = first; k < after; k++) {
                ranks[order[k]] = (first + 1 + after) / 2.0;
            }
            first = after;
        }
        return ranks;
    }

    /** The percentile of ascending numbers, at least one, between neighbours on a straight line. */
    private static double percentile(double[] ascending, double fraction) {
        double place = fraction * (ascending.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, ascending.length - 1);
        return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("share", share);
        state.put("disagreements", List.copyOf(disagreements));
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        PlainFields fields = PlainFields.of(state);
        double restored = fields.number("share");
        if (!(restored > 0 && restored <= 1)) {
            throw new IllegalArgumentException("the gate's share must be in (0, 1], found " + restored);
        }
        double[] kept = fields.finiteDoubles("disagreements");
        share = restored;
        disagreements.clear();
        for (double d : kept) {
            disagreements.addLast(d);
        }
        while (disagreements.size() > EPOCHS) {
            disagreements.removeFirst();
        }
    }
}
