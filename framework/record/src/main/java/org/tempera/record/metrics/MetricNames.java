package org.tempera.record.metrics;

/** The standard names of metrics; {@code time/*} are the only ones that differ between two equal runs. */
public final class MetricNames {
    /** Mean of the combined training reward over the epoch's samples. */
    public static final String TRAIN_REWARD = "reward/train/mean";
    /** Its standard deviation; exactly 0 where all are equal. */
    public static final String TRAIN_REWARD_DEVIATION = "reward/train/std";
    /** Mean gold score of an evaluation's pictures. */
    public static final String GOLD = "gold/mean";
    /** Divergence of the new policy from the old one: mean of r - 1 - log r over ratios r, nats. */
    public static final String APPROX_KL = "train/approx_kl";
    /** Share of the ratios outside the clip range, whatever the advantage. */
    public static final String CLIP_FRACTION = "train/clip_fraction";
    /** Share of the returns' variance that the values of sampling explain; at most 1, negative is worse than a constant. */
    public static final String EXPLAINED_VARIANCE = "critic/explained_variance";
    /** Share of the critic's neurons that are dormant. */
    public static final String DORMANT_FRACTION = "critic/dormant_fraction";
    /** Begin of the names of seconds spent. */
    public static final String TIME = "time/";

    private MetricNames() {}

    /** Mean of one reward, by its name in the configuration. */
    public static String reward(String name) {
        return "reward/" + name + "/mean";
    }

    /** Mean of one score over an evaluation's pictures, by its name in the configuration. */
    public static String evaluation(String name) {
        return "evaluation/" + name + "/mean";
    }
}
