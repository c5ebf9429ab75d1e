package org.tempera.core.metrics;

/** The standard names of metrics; {@code time/*} are the only ones that differ between two equal runs. */
public final class MetricNames {
    /** Mean of the combined training reward over the epoch's samples. */
    public static final String TRAIN_REWARD = "reward/train/mean";
    /** Mean gold score of an evaluation's pictures. */
    public static final String GOLD = "gold/mean";
    /** Mean of half the squared log-ratio between the new and the old policy, nats. */
    public static final String APPROX_KL = "train/approx_kl";
    /** Share of the ratios that were clipped. */
    public static final String CLIP_FRACTION = "train/clip_fraction";
    /** Share of the returns' variance that the critic explains; at most 1. */
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
}
