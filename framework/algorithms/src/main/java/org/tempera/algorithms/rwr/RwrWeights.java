package org.tempera.algorithms.rwr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.algorithms.stats.Axes;
import org.tempera.base.text.Words;

/** Weights of samples by their rewards, not negative and 1 on average of those that are not skipped. */
public final class RwrWeights {
    private RwrWeights() {}

    /** Whom weights are shared out among. */
    public enum Weighting {
        /** All samples of an epoch: their number times the softmax of reward / temperature. */
        EPOCH,
        /** The samples of one prompt, likewise. */
        PROMPT,
        /** The samples of one prompt: the best share what there is, equally; the others have nothing. */
        BEST;

        /** The weighting of that name in configs and oracle files. */
        public static Weighting parse(String name) {
            return Words.parse(Weighting.class, "weighting", name);
        }
    }

    /**
     * The weights of an epoch. Samples that are skipped share in nothing, and have 0.
     *
     * @param prompts {@code [sample]}; equal where their strings are
     * @param rewards {@code [sample]}, finite
     * @param skipped {@code [sample]}
     * @param temperature what rewards are divided by, positive; not read under {@link Weighting#BEST}
     * @return {@code [sample]}
     */
    public static double[] compute(
            List<String> prompts, double[] rewards, boolean[] skipped, Weighting weighting, double temperature) {
        Axes.requireLength("rewards", rewards.length, prompts.size());
        Axes.requireLength("skipped", skipped.length, prompts.size());
        Axes.requireFinite("rewards", rewards);
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int i : Axes.kept(skipped)) {
            String group = weighting == Weighting.EPOCH ? "" : prompts.get(i);
            groups.computeIfAbsent(group, k -> new ArrayList<>()).add(i);
        }
        double[] weights = new double[rewards.length];
        for (List<Integer> group : groups.values()) {
            double best = group.stream().mapToDouble(i -> rewards[i]).max().orElseThrow();
            double sum = 0;
            for (int i : group) {
                weights[i] = weighting == Weighting.BEST
                        ? rewards[i] == best ? 1 : 0
                        : Math.exp((rewards[i] - best) / temperature);
                sum += weights[i];
            }
            for (int i : group) {
                weights[i] *= group.size() / sum;
            }
        }
        return weights;
    }

    /**
     * Kish's effective share of the n samples that are not skipped, (sum w)² / (n sum w²): 1 where all weigh the same,
     * 1/n where one has all.
     */
    public static double effectiveShare(double[] weights, boolean[] skipped) {
        int[] kept = Axes.kept(skipped);
        double sum = 0;
        double squares = 0;
        for (int i : kept) {
            sum += weights[i];
            squares += weights[i] * weights[i];
        }
        return sum * sum / (kept.length * squares);
    }
}
