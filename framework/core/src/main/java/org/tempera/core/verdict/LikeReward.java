package org.tempera.core.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What two runs on the same training reward keep of the truth (gold, else the held-out score) where they have reached the
 * same training reward. Two runs at one epoch cannot be compared, since one may simply be faster.
 *
 * @param truth the name of what is compared
 * @param levels ascending, evenly spread between where both begin and the highest reward that both reach; empty if there
 *     is no such range
 * @param notes what a reader must know besides, a sentence each
 */
public record LikeReward(String truth, List<Level> levels, List<String> notes) {
    private static final int LEVELS = 4;

    /**
     * One training reward.
     *
     * @param reward the mean training reward at which the runs are compared
     * @param own where the run first reaches it
     * @param other where the other first reaches it
     * @param difference the truth of the run less the other's, picture by picture
     */
    public record Level(double reward, Crossing own, Crossing other, Estimate difference) {}

    /**
     * A place between two evaluations, all of whose scores are taken to change linearly.
     *
     * @param epoch complete epochs, with a fraction
     * @param truth mean of the truth
     */
    public record Crossing(double epoch, double truth) {}

    private record Scores(double epoch, double[] truth) {
        Crossing summary() {
            return new Crossing(
                    epoch, Estimate.ofMean(truth, Estimate.CONFIDENCE).mean());
        }
    }

    public LikeReward {
        levels = List.copyOf(levels);
        notes = List.copyOf(notes);
    }

    /**
     * Compares two runs that were evaluated with the same prompts and noise, at whatever epochs.
     *
     * @throws IllegalArgumentException if one has no evaluation or no truth, or the numbers of samples differ
     */
    public static LikeReward of(Evaluations own, Evaluations other) {
        ScoreSeries ours = truth(own);
        ScoreSeries theirs = truth(other);
        int samples = ours.scores().get(0).length;
        if (theirs.scores().get(0).length != samples) {
            throw new IllegalArgumentException("expected " + samples + " samples at every evaluation, found "
                    + theirs.scores().get(0).length);
        }
        double from = Math.max(own.proxy().mean(0), other.proxy().mean(0));
        double to = Math.min(highest(own.proxy()), highest(other.proxy()));
        List<Level> levels = new ArrayList<>();
        for (int i = 1; i <= LEVELS && to > from; i++) {
            double reward = i == LEVELS ? to : from + (to - from) * i / LEVELS;
            Scores here = at(own, ours, reward);
            Scores there = at(other, theirs, reward);
            levels.add(new Level(
                    reward,
                    here.summary(),
                    there.summary(),
                    Estimate.ofChange(there.truth(), here.truth(), Estimate.CONFIDENCE)));
        }
        return new LikeReward(ours.name(), levels, List.of());
    }

    /** The same, with notes. */
    public LikeReward with(List<String> others) {
        return new LikeReward(truth, levels, others);
    }

    private static ScoreSeries truth(Evaluations run) {
        if (run.epochs().isEmpty()) {
            throw new IllegalArgumentException("a run without evaluations cannot be compared");
        }
        return run.truth().orElseThrow(() -> new IllegalArgumentException("a run without a truth cannot be compared"));
    }

    private static double highest(ScoreSeries proxy) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int e = 0; e < proxy.evaluations(); e++) {
            highest = Math.max(highest, proxy.mean(e)); // NaN stays NaN, and gives no levels
        }
        return highest;
    }

    /** The first place where the mean training reward is no longer below. */
    private static Scores at(Evaluations run, ScoreSeries truth, double reward) {
        int e = 1;
        while (run.proxy().mean(e) < reward) {
            e++;
        }
        double before = run.proxy().mean(e - 1);
        double share = (reward - before) / (run.proxy().mean(e) - before);
        double[] first = truth.scores().get(e - 1);
        double[] second = truth.scores().get(e);
        double[] between = new double[first.length];
        for (int i = 0; i < between.length; i++) {
            between[i] = first[i] + share * (second[i] - first[i]);
        }
        int epoch = run.epochs().get(e - 1);
        return new Scores(epoch + share * (run.epochs().get(e) - epoch), between);
    }

    /** For people, a line for each level, and the notes. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (levels.isEmpty()) {
            lines.add("the runs have no training reward in common that both reached");
        }
        levels.forEach(l -> lines.add("reward " + Estimate.number(l.reward()) + ": " + truth + " " + shown(l.own())
                + " here, " + shown(l.other()) + " there, difference "
                + l.difference().signed()));
        lines.addAll(notes);
        return lines;
    }

    private static String shown(Crossing c) {
        return Estimate.number(c.truth()) + " (epoch " + String.format(Locale.ROOT, "%.1f", c.epoch()) + ")";
    }
}
