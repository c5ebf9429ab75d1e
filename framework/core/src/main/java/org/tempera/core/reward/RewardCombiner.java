package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.tempera.core.config.CombinationRule;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.record.verdict.ScoreScale;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;

/**
 * Combines scores into the training reward and deals with those that are no finite numbers.
 *
 * <p>The scale of a standardised reward is that of the first scores seen, and stays: a reward of 1 means the same in
 * every epoch. It is state, which a checkpoint keeps.
 */
public final class RewardCombiner {
    private static final double GROUP_EPSILON = 1e-4;

    private final List<NamedReward> rewards;
    private final List<NamedReward> trained;
    private final CombinationSettings combination;
    private SortedMap<String, ScoreScale> scales = new TreeMap<>();

    public RewardCombiner(List<NamedReward> rewards, CombinationSettings combination) {
        this.rewards = List.copyOf(rewards);
        this.combination = combination;
        trained = rewards.stream()
                .filter(r -> r.settings().role() == RewardRole.TRAIN)
                .toList();
    }

    /**
     * Scores with what was wrong with them.
     *
     * @param table what an algorithm may see
     * @param reward the training reward that is reported, {@code [sample]}: what is trained on, but under a rule that
     *     compares an epoch's samples with each other, where it is the weighted sum; NaN of a
     *     skipped sample, which no mean and no interval may count
     * @param byName every reward, held-out ones too, each {@code [sample]}
     * @param skipped samples that must not be learnt from, {@code [sample]}
     */
    public record Combined(RewardTable table, float[] reward, Map<String, float[]> byName, boolean[] skipped) {
        /**
         * Targets from which a skipped sample is missing: its advantage is 0 and its return the critic's value.
         * Whatever else a loss reads of it has no gradient ({@link org.tempera.core.learn.Learner#update}).
         */
        public Targets mask(Targets targets, EpochColumns epoch) {
            Map<String, float[][]> columns = new LinkedHashMap<>(targets.columns());
            columns.computeIfPresent(Targets.ADVANTAGE, (name, rows) -> masked(rows, i -> new float[rows[i].length]));
            if (epoch.columns().containsKey(Rollout.VALUE)) {
                float[][] values = epoch.column(Rollout.VALUE);
                columns.computeIfPresent(Targets.RETURN, (name, rows) -> masked(rows, i -> values[i].clone()));
            }
            return new Targets(columns, targets.metrics());
        }

        private float[][] masked(float[][] rows, IntFunction<float[]> instead) {
            float[][] masked = rows.clone();
            for (int i = 0; i < masked.length; i++) {
                if (skipped[i]) {
                    masked[i] = instead.apply(i);
                }
            }
            return masked;
        }

        public int skippedCount() {
            int n = 0;
            for (boolean s : skipped) {
                n += s ? 1 : 0;
            }
            return n;
        }
    }

    /**
     * Takes the scales of these scores, by reward {@code [sample]}, for all that follow, unless there are scales
     * already.
     */
    public void fixScales(Map<String, float[]> scores) {
        if (scales.isEmpty()) {
            scales = scalesOf(scores);
        }
    }

    /**
     * What {@link #combine} gives, without fixing scales: where there are none yet, those of these scores serve this
     * once.
     */
    public Combined preview(List<String> prompts, Map<String, float[]> scores, List<ScoreFailure> failures) {
        return scaledBy(scores, () -> combine(prompts, scores, failures));
    }

    /** What something gives while there are scales: where there are none yet, those of these scores serve this once. */
    public <T> T scaledBy(Map<String, float[]> scores, Supplier<T> something) {
        SortedMap<String, ScoreScale> before = scales;
        try {
            fixScales(scores);
            return something.get();
        } finally {
            scales = before;
        }
    }

    /**
     * The training reward that is reported of an evaluation's samples, {@code [sample]}, without fixing scales; empty
     * where no reward is trained on.
     *
     * @throws UserException as {@link #combine}
     */
    public Optional<float[]> evaluated(List<String> prompts, Map<String, float[]> scores, List<ScoreFailure> failures) {
        if (trained.isEmpty()) {
            skipped(failures, prompts.size());
            return Optional.empty();
        }
        return Optional.of(preview(prompts, scores, failures).reward());
    }

    /**
     * The training reward of each sample; fixes the scales if there are none yet.
     *
     * @param prompts one for each sample
     * @param scores by reward, each {@code [sample]}
     * @param failures one for each score that is not finite
     * @throws RewardFailure if there is a failure of a reward whose policy is to fail, or no sample can be learnt from
     * @throws UserException if finite scores make a reward that is not finite
     */
    public Combined combine(List<String> prompts, Map<String, float[]> scores, List<ScoreFailure> failures) {
        int samples = 0;
        Map<String, float[]> byName = new LinkedHashMap<>();
        for (NamedReward r : rewards) {
            float[] s = scores.get(r.name());
            if (s == null) {
                throw new IllegalStateException("reward '" + r.name() + "' gave no scores");
            }
            byName.put(r.name(), s);
            samples = s.length;
        }
        boolean[] skipped = skipped(failures, samples);
        fixScales(byName);
        float[] reward = new float[skipped.length];
        int kept = 0;
        for (int i = 0; i < reward.length; i++) {
            if (skipped[i]) {
                reward[i] = Float.NaN;
            } else {
                reward[i] = (float) reward(byName, i);
                requireFinite(reward[i], byName, i);
                kept++;
            }
        }
        if (kept == 0) {
            throw RewardFailure.ofEverySample(
                    failures.stream().filter(f -> teaches(f.reward())).toList());
        }
        float[] training = filled(
                combination.rule() == CombinationRule.NORMALISED_SUM ? normalisedSum(prompts, byName, skipped) : reward,
                skipped);
        Map<String, Double> weights = new LinkedHashMap<>();
        trained.forEach(r -> weights.put(r.name(), r.settings().weight()));
        RewardTable table = new RewardTable(
                training,
                ofRole(RewardRole.TRAIN, byName, skipped),
                weights,
                ofRole(RewardRole.CONSTRAINT, byName, skipped),
                logged(byName),
                skipped);
        return new Combined(table, reward, byName, skipped);
    }

    private Map<String, float[]> ofRole(RewardRole role, Map<String, float[]> scores, boolean[] skipped) {
        Map<String, float[]> of = new LinkedHashMap<>();
        for (NamedReward r : rewards) {
            if (r.settings().role() == role) {
                of.put(r.name(), filled(scores.getOrDefault(r.name(), new float[0]), skipped));
            }
        }
        return of;
    }

    /** A score that is missing here does not keep a sample from being learnt from. */
    private Map<String, float[]> logged(Map<String, float[]> scores) {
        Map<String, float[]> of = new LinkedHashMap<>();
        for (NamedReward r : rewards) {
            if (r.settings().role() == RewardRole.LOGGED) {
                float[] raw = scores.getOrDefault(r.name(), new float[0]);
                boolean[] missing = new boolean[raw.length];
                for (int i = 0; i < raw.length; i++) {
                    missing[i] = !Float.isFinite(raw[i]);
                }
                of.put(r.name(), filled(raw, missing));
            }
        }
        return of;
    }

    /** The numbers, with the mean of the others where a sample is skipped; 0 where all are. */
    private static float[] filled(float[] numbers, boolean[] skipped) {
        double sum = 0;
        int kept = 0;
        for (int i = 0; i < numbers.length; i++) {
            sum += skipped[i] ? 0 : numbers[i];
            kept += skipped[i] ? 0 : 1;
        }
        float[] filled = numbers.clone();
        for (int i = 0; i < filled.length; i++) {
            if (skipped[i]) {
                filled[i] = kept == 0 ? 0 : (float) (sum / kept);
            }
        }
        return filled;
    }

    /** Group-wise normalisation of each reward before the sum (the order of GDPO). */
    private float[] normalisedSum(List<String> prompts, Map<String, float[]> scores, boolean[] skipped) {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < skipped.length; i++) {
            if (!skipped[i]) {
                groups.computeIfAbsent(prompts.get(i), k -> new ArrayList<>()).add(i);
            }
        }
        double[] sums = new double[skipped.length];
        for (NamedReward r : trained) {
            for (List<Integer> group : groups.values()) {
                double[] own =
                        group.stream().mapToDouble(i -> score(r, scores, i)).toArray();
                double mean = new Mean().evaluate(own);
                double deviation = own.length < 2 ? 0 : new StandardDeviation().evaluate(own);
                for (int k = 0; k < own.length; k++) {
                    sums[group.get(k)] += r.settings().weight() * (own[k] - mean) / (deviation + GROUP_EPSILON);
                }
            }
        }
        float[] narrow = new float[sums.length];
        for (int i = 0; i < sums.length; i++) {
            narrow[i] = (float) sums[i];
        }
        return narrow;
    }

    /** Those of the failures that end a run, in order. */
    public List<ScoreFailure> fatal(List<ScoreFailure> failures) {
        return failures.stream().filter(this::isFatal).toList();
    }

    private boolean isFatal(ScoreFailure failure) {
        return settings(failure.reward()).onFailure() == FailurePolicy.FAIL;
    }

    private boolean[] skipped(List<ScoreFailure> failures, int samples) {
        List<ScoreFailure> fatal = fatal(failures);
        if (!fatal.isEmpty()) {
            throw RewardFailure.of(fatal);
        }
        boolean[] skipped = new boolean[samples];
        for (ScoreFailure failure : failures) {
            skipped[failure.sample()] |= teaches(failure.reward());
        }
        return skipped;
    }

    /** Whether nothing is learnt from a sample without this reward's score. */
    private boolean teaches(String reward) {
        RewardRole role = settings(reward).role();
        return role == RewardRole.TRAIN || role == RewardRole.CONSTRAINT;
    }

    private RewardSettings settings(String reward) {
        return rewards.stream()
                .filter(r -> r.name().equals(reward))
                .findFirst()
                .orElseThrow()
                .settings();
    }

    private SortedMap<String, ScoreScale> scalesOf(Map<String, float[]> scores) {
        SortedMap<String, ScoreScale> found = new TreeMap<>();
        standardised().forEach(r -> {
            float[] s = scores.getOrDefault(r.name(), new float[0]);
            double[] wide = new double[s.length];
            for (int i = 0; i < s.length; i++) {
                wide[i] = s[i];
            }
            found.put(r.name(), ScoreScale.of(wide));
        });
        return found;
    }

    private void requireFinite(float reward, Map<String, float[]> scores, int sample) {
        if (!Float.isFinite(reward)) {
            List<String> parts = new ArrayList<>();
            trained.forEach(r -> parts.add("'" + r.name() + "' scores " + score(r, scores, sample) + " with rewards."
                    + r.name() + ".weight = " + r.settings().weight()));
            throw new UserException("the combined training reward of sample " + sample + " is " + reward
                    + ", which is no finite number: " + String.join(", ", parts)
                    + ". Lower the weight, or mend the reward that is so large.");
        }
    }

    private double reward(Map<String, float[]> scores, int sample) {
        return switch (combination.rule()) {
            case WEIGHTED_SUM, NORMALISED_SUM -> weightedSum(scores, sample);
            case MEAN_MINUS_K_STD -> meanMinusDeviations(scores, sample);
            case MIN ->
                trained.stream()
                        .mapToDouble(r -> score(r, scores, sample))
                        .min()
                        .orElseThrow();
        };
    }

    private double weightedSum(Map<String, float[]> scores, int sample) {
        double sum = 0;
        for (NamedReward r : trained) {
            sum += r.settings().weight() * score(r, scores, sample);
        }
        return sum;
    }

    private double meanMinusDeviations(Map<String, float[]> scores, int sample) {
        double weights =
                trained.stream().mapToDouble(r -> r.settings().weight()).sum();
        double mean = weightedSum(scores, sample) / weights;
        double squares = 0;
        for (NamedReward r : trained) {
            double off = score(r, scores, sample) - mean;
            squares += r.settings().weight() / weights * off * off;
        }
        return mean - combination.k() * Math.sqrt(squares);
    }

    /** Standardised where it has to be. */
    private double score(NamedReward reward, Map<String, float[]> scores, int sample) {
        double score = scores.getOrDefault(reward.name(), new float[0])[sample];
        return Optional.ofNullable(scales.get(reward.name()))
                .map(scale -> scale.standardise(score))
                .orElse(score);
    }

    /** What a checkpoint keeps: by standardised reward its scale. */
    public Map<String, Object> state() {
        Map<String, Object> state = new TreeMap<>();
        scales.forEach((name, scale) ->
                state.put(name, new TreeMap<>(Map.of("mean", scale.mean(), "deviation", scale.deviation()))));
        return state;
    }

    /**
     * Goes back to what {@link #state()} gave.
     *
     * @throws IllegalArgumentException if it is none, or of other rewards
     */
    public void restore(Map<String, Object> state) {
        SortedMap<String, ScoreScale> restored = new TreeMap<>();
        state.forEach((name, value) -> {
            if (!(value instanceof Map<?, ?> scale
                    && scale.get("mean") instanceof Number mean
                    && scale.get("deviation") instanceof Number deviation
                    && Double.isFinite(mean.doubleValue())
                    && Double.isFinite(deviation.doubleValue())
                    && deviation.doubleValue() > 0)) {
                throw new IllegalArgumentException("expected mean and deviation of the reward '" + name + "'");
            }
            restored.put(name, new ScoreScale(mean.doubleValue(), deviation.doubleValue()));
        });
        Set<String> standardised = standardised().map(NamedReward::name).collect(Collectors.toSet());
        if (!restored.isEmpty() && !restored.keySet().equals(standardised)) {
            throw new IllegalArgumentException(
                    "expected scales of the rewards " + standardised + ", found " + restored.keySet());
        }
        scales = restored;
    }

    /** Names of the rewards that are standardised before they are combined. */
    List<String> standardisedNames() {
        return standardised().map(NamedReward::name).toList();
    }

    /** The scale of a standardised reward, which the first scores have fixed. */
    ScoreScale scale(String reward) {
        return Optional.ofNullable(scales.get(reward))
                .orElseThrow(() -> new IllegalStateException("no scores have fixed the scale of '" + reward + "' yet"));
    }

    private Stream<NamedReward> standardised() {
        return trained.stream()
                .filter(r -> r.settings().normalise() || combination.rule().standardises());
    }
}
