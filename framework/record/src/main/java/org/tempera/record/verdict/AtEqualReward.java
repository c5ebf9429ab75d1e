package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What two runs on the same training reward keep of the truth (gold, else the held-out score) where they have reached
 * the same training reward. Two runs at one epoch cannot be compared, since one may simply be faster; nor can a run
 * whose training reward clearly rose at no evaluation, for its levels would be noise.
 *
 * @param truth the name of what is compared
 * @param levels ascending, evenly spread between where both begin and the highest reward that both reach, no two of
 *     which read alike; empty if there is no such range, or if a run has no clear rise
 * @param without why there are no levels, for people; empty if there are some
 * @param notes what a reader must know besides, a sentence each
 */
public record AtEqualReward(String truth, List<Level> levels, Optional<String> without, List<String> notes) {
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

    public AtEqualReward {
        levels = List.copyOf(levels);
        notes = List.copyOf(notes);
    }

    /**
     * Compares two runs that were evaluated with the same prompts and noise, at whatever epochs.
     *
     * @throws IllegalArgumentException if one has no evaluation or no truth, or the numbers of samples differ
     */
    public static AtEqualReward of(Evaluations own, Evaluations other) {
        ScoreSeries ours = truth(own);
        ScoreSeries theirs = truth(other);
        int samples = ours.scores().get(0).length;
        if (theirs.scores().get(0).length != samples) {
            throw new IllegalArgumentException("expected " + samples + " samples at every evaluation, found "
                    + theirs.scores().get(0).length);
        }
        if (own.proxy().isEmpty() || other.proxy().isEmpty()) {
            return new AtEqualReward(
                    ours.name(),
                    List.of(),
                    Optional.of("no training reward to compare at: a run that learnt from choices has none"),
                    List.of());
        }
        ScoreSeries ourReward = own.proxy().get();
        ScoreSeries theirReward = other.proxy().get();
        Optional<String> without = withoutRise(ourReward, theirReward);
        List<Level> levels = new ArrayList<>();
        if (without.isEmpty()) {
            double from = Math.max(ourReward.mean(0), theirReward.mean(0));
            double to = Math.min(highest(ourReward), highest(theirReward));
            for (double reward : LevelReached.levels(from, to)) {
                Scores here = at(own, ourReward, ours, reward);
                Scores there = at(other, theirReward, theirs, reward);
                levels.add(new Level(
                        reward,
                        here.summary(),
                        there.summary(),
                        Estimate.ofChange(there.truth(), here.truth(), Estimate.CONFIDENCE)));
            }
            without = levels.isEmpty()
                    ? Optional.of("the runs have no training reward in common that both reached")
                    : Optional.empty();
        }
        return new AtEqualReward(ours.name(), levels, without, List.of());
    }

    /** Why there is no rise to compare at: a level is read where it is first reached, whatever followed. */
    private static Optional<String> withoutRise(ScoreSeries own, ScoreSeries other) {
        List<String> flat = new ArrayList<>();
        Rise ours = Rise.of(own);
        if (!ours.isClear()) {
            flat.add(ours.change().signed() + " here");
        }
        Rise theirs = Rise.of(other);
        if (!theirs.isClear()) {
            flat.add(theirs.change().signed() + " there");
        }
        return flat.isEmpty()
                ? Optional.empty()
                : Optional.of("no rise to compare at: the training reward changed by " + String.join(" and ", flat)
                        + " from the first evaluation to the best of the later ones, which is no clear rise");
    }

    /** The same, with notes. */
    public AtEqualReward with(List<String> others) {
        return new AtEqualReward(truth, levels, without, others);
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

    /** The scores at the first place where the mean training reward is no longer below. */
    private static Scores at(Evaluations run, ScoreSeries proxy, ScoreSeries truth, double reward) {
        LevelReached reached = LevelReached.of(proxy.means(), reward).orElseThrow();
        double[] first = truth.scores().get(reached.before());
        double[] second = truth.scores().get(reached.after());
        double[] between = new double[first.length];
        for (int i = 0; i < between.length; i++) {
            between[i] = reached.between(first[i], second[i]);
        }
        return new Scores(
                reached.of(
                        run.epochs().stream().mapToDouble(Integer::doubleValue).toArray()),
                between);
    }

    /** For people, a line for each level, and the notes. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        without.ifPresent(lines::add);
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
