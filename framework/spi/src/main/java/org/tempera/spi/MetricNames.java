package org.tempera.spi;

/**
 * The standard names of metrics. Who logs what is said here uses the name, and who uses the name logs that: reports and
 * comparisons read metrics by them. {@code time/*} are the only ones that differ between two equal runs. An algorithm
 * may log under names of its own, too.
 */
public final class MetricNames {
    /**
     * Largest |r - 1| over the ratios of a micro-batch, r the density of a step under the policy now over that under
     * the weights that drew it, not clipped. The framework takes what an algorithm logs here before an epoch's first
     * update for {@link #ON_POLICY_RATIO_ERROR}.
     */
    public static final String RATIO_ERROR = "train/ratio_error";
    /** {@link #RATIO_ERROR} before the first update of an epoch: what sampling and training differ by. */
    public static final String ON_POLICY_RATIO_ERROR = "train/on_policy_ratio_error";
    /** Mean of these ratios. */
    public static final String RATIO_MEAN = "train/ratio_mean";
    /** Divergence of the new policy from the old one: mean of r - 1 - log r over ratios r, nats. */
    public static final String APPROX_KL = "train/approx_kl";
    /** Share of the ratios outside the clip range, whatever the advantage. */
    public static final String CLIP_FRACTION = "train/clip_fraction";
    /** What is minimised over the policy. */
    public static final String POLICY_LOSS = "train/policy_loss";
    /** Divergence of a step from the reference policy, in closed form. */
    public static final String KL_TO_REFERENCE = "train/kl_to_reference";
    /** Norm of the policy's gradient before it is scaled down. */
    public static final String GRADIENT_NORM = "train/grad_norm";
    /** Optimiser steps of the policy so far. */
    public static final String OPTIMIZER_STEPS = "train/optimizer_steps";
    /** Share of an epoch's plan that was learnt from, where updates may end early. */
    public static final String PLAN_SHARE = "train/plan_share";

    /** What is minimised over the critic. */
    public static final String CRITIC_LOSS = "critic/loss";
    /** Share of the critic's values outside their clip range. */
    public static final String CRITIC_CLIP_FRACTION = "critic/clip_fraction";
    /** Norm of the critic's gradient before it is scaled down. */
    public static final String CRITIC_GRADIENT_NORM = "critic/grad_norm";
    /** The critic's loss on samples that were kept. */
    public static final String CRITIC_REPLAY_LOSS = "critic/replay_loss";
    /**
     * Share of the returns' variance that the values of sampling explain; at most 1, negative is worse than a constant.
     */
    public static final String EXPLAINED_VARIANCE = "critic/explained_variance";
    /** Mean of the values of sampling. */
    public static final String VALUE_MEAN = "critic/value_mean";
    /** Share of the critic's neurons that are dormant. */
    public static final String DORMANT_FRACTION = "critic/dormant_fraction";

    /** Mean of the combined training reward over the epoch's samples. */
    public static final String TRAIN_REWARD = "reward/train/mean";
    /** Its standard deviation; exactly 0 where all are equal. */
    public static final String TRAIN_REWARD_DEVIATION = "reward/train/std";
    /** Samples left out of an epoch since a reward gave no finite score. */
    public static final String SKIPPED = "reward/skipped";
    /** Mean gold score of an evaluation's pictures. */
    public static final String GOLD = "gold/mean";
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
