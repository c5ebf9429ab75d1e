package org.tempera.algorithms.stats;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;

/** Turns an epoch's raw rewards into zero-mean, unit-deviation ones, and keeps what it needs of earlier epochs. */
public final class RewardNormalisation implements Checkpointable {
    /** What a reward is measured against. */
    public enum Kind {
        /** The same prompt's recent rewards ({@link PerPromptStatistics}); deviation + 1e-6. */
        PER_PROMPT,
        /** This epoch's rewards; population deviation + 1e-8. */
        EPOCH,
        /** All rewards since the run began, this epoch's included; sample deviation + 1e-8. */
        RUNNING,
        /** Nothing: rewards stay as they are. */
        NONE
    }

    /** Whether the mean is taken off, or the reward only divided by the deviation. */
    public enum Form {
        CENTRE_AND_SCALE,
        SCALE
    }

    private static final double PER_PROMPT_EPSILON = 1e-6;
    private static final double EPSILON = 1e-8;

    private final Kind kind;
    private final Form form;
    private final PerPromptStatistics perPrompt;
    private final RunningMoments running = new RunningMoments();

    /**
     * @param bufferSize rewards kept for each prompt, used by {@link Kind#PER_PROMPT}
     * @param minCount rewards that a prompt needs for its own moments, used by {@link Kind#PER_PROMPT}
     */
    public RewardNormalisation(Kind kind, Form form, int bufferSize, int minCount) {
        this.kind = kind;
        this.form = form;
        this.perPrompt = new PerPromptStatistics(bufferSize, minCount);
    }

    /** Per-prompt normalisation, the default of DDPO and TDPO. */
    public static RewardNormalisation perPrompt(int bufferSize, int minCount) {
        return new RewardNormalisation(Kind.PER_PROMPT, Form.CENTRE_AND_SCALE, bufferSize, minCount);
    }

    /** Normalisation over the epoch alone. */
    public static RewardNormalisation overEpoch() {
        return new RewardNormalisation(Kind.EPOCH, Form.CENTRE_AND_SCALE, 1, 1);
    }

    /**
     * Takes in an epoch's rewards and normalises them.
     *
     * @param prompts {@code [sample]}
     * @param rewards {@code [sample]}, finite
     * @return normalised rewards, {@code [sample]}
     */
    public double[] update(List<String> prompts, double[] rewards) {
        Axes.requireLength("rewards", rewards.length, prompts.size());
        Axes.requireFinite("rewards", rewards);
        double[] out = rewards.clone();
        switch (kind) {
            case PER_PROMPT -> {
                PerPromptStatistics.Moments[] moments = perPrompt.update(prompts, rewards);
                for (int i = 0; i < out.length; i++) {
                    out[i] = apply(rewards[i], moments[i].mean(), moments[i].deviation() + PER_PROMPT_EPSILON);
                }
            }
            case EPOCH -> {
                PerPromptStatistics.Moments m = PerPromptStatistics.moments(rewards);
                for (int i = 0; i < out.length; i++) {
                    out[i] = apply(rewards[i], m.mean(), m.deviation() + EPSILON);
                }
            }
            case RUNNING -> {
                running.addAll(rewards);
                for (int i = 0; i < out.length; i++) {
                    out[i] = apply(rewards[i], running.mean(), running.sampleDeviation() + EPSILON);
                }
            }
            case NONE -> {}
        }
        return out;
    }

    /**
     * Takes in an epoch's rewards but those of samples that are skipped: what stands in for a missing score is measured
     * against nothing, and enters no statistic.
     *
     * @param prompts {@code [sample]}
     * @param rewards {@code [sample]}, finite
     * @param skipped {@code [sample]}
     * @return normalised rewards, {@code [sample]}; of skipped samples the mean of the others, 0 where there are none
     */
    public double[] update(List<String> prompts, double[] rewards, boolean[] skipped) {
        Axes.requireLength("rewards", rewards.length, prompts.size());
        Axes.requireLength("skipped", skipped.length, rewards.length);
        int[] kept = Axes.kept(skipped);
        double[] ofKept = update(
                Arrays.stream(kept).mapToObj(prompts::get).toList(),
                Arrays.stream(kept).mapToDouble(i -> rewards[i]).toArray());
        double[] out = new double[rewards.length];
        Arrays.fill(out, Arrays.stream(ofKept).average().orElse(0));
        for (int k = 0; k < kept.length; k++) {
            out[kept[k]] = ofKept[k];
        }
        return out;
    }

    private double apply(double reward, double mean, double scale) {
        return switch (form) {
            case CENTRE_AND_SCALE -> (reward - mean) / scale;
            case SCALE -> reward / scale;
        };
    }

    /** Clamps every number to {@code [-range, range]}; a range of 0 leaves them alone. */
    public static double[] clip(double[] values, double range) {
        if (!(range >= 0)) {
            throw new IllegalArgumentException("the range to clip to must not be negative, found " + range);
        }
        double[] out = values.clone();
        if (range > 0) {
            for (int i = 0; i < out.length; i++) {
                out[i] = Math.max(-range, Math.min(range, out[i]));
            }
        }
        return out;
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("perPrompt", perPrompt.state());
        state.put("running", running.state());
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        perPrompt.restore(PlainFields.of(state).map("perPrompt"));
        running.restore(PlainFields.of(state).map("running"));
    }
}
