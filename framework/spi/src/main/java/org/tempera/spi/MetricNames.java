package org.tempera.spi;

import java.util.Optional;

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
    /**
     * Largest difference in nats, summed over the latent, between the log-probability of a step under the policy now
     * and under the weights that drew it, over the rows of a micro-batch. The framework takes what an algorithm logs
     * here before an epoch's first update for {@link #ON_POLICY_LOG_PROB_ERROR}, and ends a run that begins with too
     * large a one.
     */
    public static final String LOG_PROB_ERROR = "train/log_prob_error";
    /** The largest {@link #LOG_PROB_ERROR} before the first update of an epoch. */
    public static final String ON_POLICY_LOG_PROB_ERROR = "train/on_policy_log_prob_error";
    /** The ratios themselves, of which {@link #mean} and {@link #deviation} are logged by part of the trajectory. */
    public static final String RATIO = "train/ratio";
    /** Mean of these ratios. */
    public static final String RATIO_MEAN = "train/ratio_mean";
    /** Divergence of the new policy from the old one: mean of r - 1 - log r over ratios r, nats. */
    public static final String APPROX_KL = "train/approx_kl";
    /** Share of the ratios outside the clip range, whatever the advantage. */
    public static final String CLIP_FRACTION = "train/clip_fraction";
    /** Share of the steps that the loss no longer makes likelier: of a positive advantage, beyond its bound. */
    public static final String HELD_ABOVE = "train/held_above";
    /** Share of the steps that the loss no longer makes less likely: of a negative advantage, beyond its bound. */
    public static final String HELD_BELOW = "train/held_below";
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
    /** The epoch whose checkpoint an epoch began from, where it is not the one before: the run was taken back to it. */
    public static final String ROLLED_BACK_TO = "train/rolled_back_to";

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
    /** Share of the groups, the samples of one prompt where these are several, whose training rewards are all equal. */
    public static final String GROUPS_WITHOUT_SPREAD = "reward/train/groups_without_spread";
    /** Samples left out of an epoch since a reward that is trained on or a constraint gave no finite score. */
    public static final String SKIPPED = "reward/skipped";
    /** Scores that an epoch's samples lack, of rewards in any role. */
    public static final String MISSING = "reward/missing";
    /** Scores that an evaluation's pictures lack, of rewards in any role. */
    public static final String EVALUATION_MISSING = "evaluation/missing";
    /** Mean gold score of an evaluation's pictures. */
    public static final String GOLD = "gold/mean";
    /** Begin of the names of seconds spent. */
    public static final String TIME = "time/";
    /** Seconds of an epoch by the clock, without evaluation and saving. */
    public static final String EPOCH_SECONDS = TIME + "epoch";
    /** The same of all threads of the process, CPU seconds. */
    public static final String EPOCH_CPU_SECONDS = TIME + "epoch_cpu";

    private static final String EVALUATION = "evaluation/";
    private static final String SIGN = "sign/";
    private static final String ALARM = "alarm/";
    private static final String CONSTRAINT = "constraint/";
    private static final String SLACK = "/slack";
    private static final String BOUND = "/bound";

    private MetricNames() {}

    /** In how many parts of the trajectory numbers of rows are logged: part 1 has the noisiest steps. */
    public static final int PARTS = 5;

    /** Mean of a number of rows over those whose steps are in a part of the trajectory, 1 to {@link #PARTS}. */
    public static String mean(String rows, int part) {
        return ofPart(rows, part) + "mean";
    }

    /** Standard deviation of the same numbers. */
    public static String deviation(String rows, int part) {
        return ofPart(rows, part) + "std";
    }

    /** Whether it is a mean of ratios, of all or of those of a part of the trajectory, which is read by 1 less it. */
    public static boolean isRatioMean(String metric) {
        return metric.equals(RATIO_MEAN) || (metric.startsWith(RATIO + "/") && metric.endsWith("/mean"));
    }

    /** The name without the part of the trajectory, by which such means or deviations are one quantity. */
    public static String ofAnyPart(String metric) {
        return metric.replaceFirst("/part\\d+of" + PARTS + "/", "/");
    }

    private static String ofPart(String rows, int part) {
        return rows + "/part" + part + "of" + PARTS + "/";
    }

    /** Mean of one reward, by its name in the configuration. */
    public static String reward(String name) {
        return "reward/" + name + "/mean";
    }

    /** Weight of a constraint in an epoch's training reward, which has 1 itself, by the constraint's name. */
    public static String multiplier(String name) {
        return CONSTRAINT + name + "/multiplier";
    }

    /** How far a constraint's mean over the epoch's samples lay above its bound, negative below, as it is scored. */
    public static String slack(String name) {
        return CONSTRAINT + name + SLACK;
    }

    /** The mean score that a constraint is to stay at or above, by its name. */
    public static String bound(String name) {
        return CONSTRAINT + name + BOUND;
    }

    /** The constraint whose slack a metric of this name is; empty of any other. */
    public static Optional<String> constraint(String metric) {
        return metric.startsWith(CONSTRAINT)
                        && metric.endsWith(SLACK)
                        && metric.length() > CONSTRAINT.length() + SLACK.length()
                ? Optional.of(metric.substring(CONSTRAINT.length(), metric.length() - SLACK.length()))
                : Optional.empty();
    }

    /** Mean of one score over an evaluation's pictures, by its name in the configuration. */
    public static String evaluation(String name) {
        return EVALUATION + name + "/mean";
    }

    /**
     * Mean over an evaluation's pictures of a number that may betray over-optimisation and is no score, such as {@code
     * saturation}.
     */
    public static String sign(String name) {
        return SIGN + name + "/mean";
    }

    /** How many scores or signs of a kind, such as {@code held-out}, speak of over-optimisation at an evaluation. */
    public static String alarm(String kind) {
        return ALARM + kind.replace('-', '_');
    }

    /** Whether a metric is measured by evaluations alone. */
    public static boolean isOfEvaluation(String metric) {
        return metric.startsWith(EVALUATION)
                || metric.startsWith(SIGN)
                || metric.startsWith(ALARM)
                || metric.equals(GOLD);
    }
}
