package org.tempera.core.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.core.reward.RewardCombiner.Combined;
import org.tempera.graph.Divergence;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Rollout;

/** What is logged of an epoch, and the check that a model that still learns has finite numbers. */
final class EpochMetrics {
    /**
     * Metrics of updates that are finite numbers as long as the model is; what else a plugin logs is its own matter.
     */
    private static final Set<String> STANDARD = Set.of(
            MetricNames.POLICY_LOSS,
            MetricNames.APPROX_KL,
            MetricNames.RATIO_MEAN,
            MetricNames.RATIO_ERROR,
            MetricNames.KL_TO_REFERENCE,
            MetricNames.CRITIC_LOSS,
            MetricNames.CRITIC_REPLAY_LOSS);

    private final int number;
    private final SortedMap<String, Double> values = new TreeMap<>();

    /** @param number the epoch's, from 1 on */
    EpochMetrics(int number) {
        this.number = number;
    }

    /** By standard name; more may be put in. */
    SortedMap<String, Double> values() {
        return values;
    }

    /**
     * Adds what updates gave.
     *
     * @param badParameter a parameter that is no longer finite
     * @throws Divergence if there is one, or a standard metric is not finite
     */
    void addUpdates(Map<String, Double> metrics, Optional<String> badParameter) {
        badParameter.ifPresent(name -> {
            throw Divergence.ofUpdate("parameter '" + name + "' is no longer finite in epoch " + number);
        });
        metrics.forEach((name, value) -> {
            if (STANDARD.contains(name) && !Double.isFinite(value)) {
                throw Divergence.ofUpdate(name + " is " + value + " in epoch " + number);
            }
        });
        values.putAll(metrics);
    }

    /**
     * Adds means of the rewards.
     *
     * @param prompts {@code [sample]}
     */
    void addRewards(List<String> prompts, Combined rewards) {
        GroupSpread.shareWithout(prompts, rewards.reward(), rewards.skipped())
                .ifPresent(share -> values.put(MetricNames.GROUPS_WITHOUT_SPREAD, share));
        values.put(MetricNames.TRAIN_REWARD, Moments.mean(rewards.reward()));
        values.put(MetricNames.TRAIN_REWARD_DEVIATION, Moments.deviation(rewards.reward()));
        rewards.byName().forEach((name, scores) -> values.put(MetricNames.reward(name), Moments.mean(scores)));
        values.put(
                MetricNames.MISSING, (double) Moments.missing(rewards.byName().values()));
        values.put(MetricNames.SKIPPED, (double) rewards.skippedCount());
    }

    /** Adds seconds by phase. */
    void addTimes(Map<String, Double> seconds) {
        seconds.forEach((phase, s) -> values.put(MetricNames.TIME + phase, s));
    }

    /**
     * Checks what the critic or the log-probabilities of a policy give.
     *
     * @throws Divergence if it is not finite
     */
    static void requireFinite(Rollout rollout) {
        rollout.columns().forEach((name, column) -> {
            if (!Divergence.isFinite(column.data())) {
                throw Divergence.of("numbers of the rollout's column '" + name + "'");
            }
        });
    }
}
