package org.tempera.algorithms.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.base.text.Words;
import org.tempera.spi.algorithm.RewardTable;

/**
 * Advantages of samples relative to those of the same prompt (Shao et al., DeepSeekMath, 2024, section 4.1; Liu et al.,
 * Flow-GRPO, 2025, equation 5).
 *
 * <p>A group is all samples of an epoch with the same prompt, wherever they stand. Each number loses its group's mean
 * and is divided by a deviation, to which {@code epsilon} is added. Nothing is kept from one epoch to the next.
 *
 * @param combine whether several rewards are summed before or after that
 * @param scale whose deviation
 * @param deviation its divisor
 * @param epsilon added to a deviation, 0 or more; where the sum is 0 the advantages are
 * @param whiten whether the result is brought to mean 0 and deviation 1 over the epoch
 * @param clip largest magnitude; 0 for no limit
 */
public record GroupAdvantages(
        Combine combine, Scale scale, Deviation deviation, double epsilon, boolean whiten, double clip) {
    /** What becomes of several rewards. */
    public enum Combine {
        /** Their weighted sum is normalised. */
        REWARDS,
        /** Each is normalised, and the weighted sum of the results taken, so that none drowns another (GDPO). */
        ADVANTAGES;

        /** The one of that name in configs and oracle files. */
        public static Combine parse(String name) {
            return Words.parse(Combine.class, "combination", name);
        }
    }

    /** Whose deviation numbers are divided by. */
    public enum Scale {
        /** The group's. */
        GROUP,
        /** That of the epoch's rewards; the mean is still the group's. */
        EPOCH,
        /** Nobody's: numbers stay differences of rewards (Liu et al., Dr. GRPO, 2025). */
        NONE;

        /** The one of that name in configs and oracle files. */
        public static Scale parse(String name) {
            return Words.parse(Scale.class, "scale", name);
        }
    }

    /** What squares are divided by. */
    public enum Deviation {
        /** Their number n. */
        POPULATION,
        /** n - 1; the deviation of a single number is 0. */
        SAMPLE;

        /** The one of that name in configs and oracle files. */
        public static Deviation parse(String name) {
            return Words.parse(Deviation.class, "deviation", name);
        }

        double of(double[] numbers) {
            double population = PerPromptStatistics.moments(numbers).deviation();
            int n = numbers.length;
            return this == POPULATION || n < 2 ? population : population * Math.sqrt((double) n / (n - 1));
        }
    }

    public GroupAdvantages {
        if (!(epsilon >= 0 && clip >= 0)) {
            throw new IllegalArgumentException(
                    "epsilon and clip must not be negative, found " + epsilon + " and " + clip);
        }
    }

    /**
     * The advantages of an epoch's samples by the training reward, or by each reward that is trained on, as
     * {@link #combine} says. Those that are skipped are compared with none, and have 0.
     *
     * @param prompts {@code [sample]}
     * @return {@code [sample]}
     */
    public double[] of(List<String> prompts, RewardTable rewards) {
        boolean[] skipped = rewards.skipped();
        int[] kept = Axes.kept(skipped);
        List<float[]> rows = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        if (combine == Combine.REWARDS) {
            rows.add(rewards.training());
            weights.add(1.0);
        } else {
            rewards.trained().forEach((name, row) -> {
                rows.add(row);
                weights.add(rewards.weights().getOrDefault(name, 1.0));
            });
        }
        double[] ofKept = compute(
                Arrays.stream(kept).mapToObj(prompts::get).toList(),
                rows.stream()
                        .map(row -> Arrays.stream(kept).mapToDouble(i -> row[i]).toArray())
                        .toArray(double[][]::new),
                weights.stream().mapToDouble(Double::doubleValue).toArray());
        double[] all = new double[skipped.length];
        for (int k = 0; k < kept.length; k++) {
            all[kept[k]] = ofKept[k];
        }
        return all;
    }

    /**
     * The advantages of an epoch.
     *
     * @param prompts {@code [sample]}; equal where their strings are
     * @param rewards {@code [reward][sample]}, finite
     * @param weights {@code [reward]}, finite
     * @return {@code [sample]}
     */
    public double[] compute(List<String> prompts, double[][] rewards, double[] weights) {
        Axes.requireLength("weights", weights.length, rewards.length);
        Axes.requireFinite("weights", weights);
        int samples = prompts.size();
        Map<String, List<Integer>> groups = groups(prompts);
        double[][] rows = new double[rewards.length][];
        for (int r = 0; r < rewards.length; r++) {
            Axes.requireLength("rewards", rewards[r].length, samples);
            Axes.requireFinite("rewards", rewards[r]);
            rows[r] = combine == Combine.ADVANTAGES ? normalise(groups.values(), rewards[r]) : rewards[r];
        }
        double[] sum = new double[samples];
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < samples; i++) {
                sum[i] += weights[r] * rows[r][i];
            }
        }
        double[] advantages = combine == Combine.REWARDS ? normalise(groups.values(), sum) : sum;
        if (whiten) {
            PerPromptStatistics.Moments all = PerPromptStatistics.moments(advantages);
            double divisor = deviation.of(advantages) + epsilon;
            for (int i = 0; i < samples; i++) {
                advantages[i] = quotient(advantages[i] - all.mean(), divisor);
            }
        }
        return RewardNormalisation.clip(advantages, clip);
    }

    /** The indices of each prompt's samples. */
    static Map<String, List<Integer>> groups(List<String> prompts) {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < prompts.size(); i++) {
            groups.computeIfAbsent(prompts.get(i), k -> new ArrayList<>()).add(i);
        }
        return groups;
    }

    private double[] normalise(Iterable<List<Integer>> groups, double[] numbers) {
        double[] normal = new double[numbers.length];
        double ofEpoch = scale == Scale.EPOCH ? deviation.of(numbers) : 0;
        for (List<Integer> group : groups) {
            double[] own = group.stream().mapToDouble(i -> numbers[i]).toArray();
            double mean = PerPromptStatistics.moments(own).mean();
            double divisor =
                    switch (scale) {
                        case GROUP -> deviation.of(own) + epsilon;
                        case EPOCH -> ofEpoch + epsilon;
                        case NONE -> 1;
                    };
            for (int k = 0; k < own.length; k++) {
                normal[group.get(k)] = quotient(own[k] - mean, divisor);
            }
        }
        return normal;
    }

    /** Numbers that are all equal have no deviation, and differ from their mean by nothing. */
    private static double quotient(double difference, double divisor) {
        return divisor == 0 ? 0 : difference / divisor;
    }
}
