package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.tempera.record.statistics.Interval;
import org.tempera.record.statistics.StratifiedBootstrap;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.ScoreSeries;

/**
 * How a sign of over-optimisation, such as the training reward's steepness, goes with the truth: Pearson's correlations
 * of their means over the evaluations after the first of all runs on one training reward. Intervals are of 95 %, over
 * groups and within these over seeds, for seeds of a group are near copies. As both go with time, those at equal epoch
 * are of what runs differ by from the mean of all at the same epoch, which is the partial correlation given the epoch.
 *
 * @param sign its name
 * @param pooled of the sign and the truth at the same evaluation, whenever that was
 * @param atEqualEpoch the same between runs at equal epoch; NaN where no two were evaluated at one
 * @param ahead of the sign and what the truth changes by from there to the run's last evaluation, at equal epoch; the
 *     last has no part
 * @param betweenGroups of what the two change by from the first evaluation to the last one that all runs have, one
 *     point a group, the mean of its seeds; empty with fewer than 4 groups
 * @param runs how many have both
 * @param groups how many these are of
 */
public record SignRelation(
        String sign,
        Interval pooled,
        Interval atEqualEpoch,
        Interval ahead,
        Optional<Interval> betweenGroups,
        int runs,
        int groups) {
    /** Fewer resampled groups of runs than elsewhere, for each goes through all evaluations. */
    private static final int REPETITIONS = 500;

    /** With fewer runs there is no interval over them. */
    private static final int FEWEST_RUNS = 3;

    /** A correlation of fewer groups is no finding. */
    private static final int FEWEST_GROUPS = 4;

    /** With fewer pairs two numbers always correlate. */
    private static final int FEWEST_PAIRS = 3;

    private static final double ROUNDING = 1e-12;

    // Where each correlation stands among the numbers of a draw.
    private static final int POOLED = 0;
    private static final int AT_EQUAL_EPOCH = 1;
    private static final int AHEAD = 2;
    private static final int BETWEEN_GROUPS = 3;

    /** Numbers of one run, by evaluation, the first before training. */
    private record Points(List<Integer> epochs, double[] sign, double[] truth) {
        double truthAhead(int evaluation) {
            return truth[truth.length - 1] - truth[evaluation];
        }

        /** What sign and truth changed by until an epoch. */
        double[] changeUntil(int epoch) {
            int at = epochs.indexOf(epoch);
            return new double[] {sign[at] - sign[0], truth[at] - truth[0]};
        }
    }

    /**
     * Of every sign that some runs have. The order in which groups are shown changes no number: what is drawn is drawn
     * by the names of their runs.
     *
     * @param groups the runs of each group
     */
    static List<SignRelation> of(List<List<ComparedRun>> groups, StratifiedBootstrap bootstrap) {
        Set<String> names = new LinkedHashSet<>();
        groups.forEach(runs -> runs.forEach(r -> r.evaluations().signs().forEach(s -> names.add(s.name()))));
        StratifiedBootstrap some = new StratifiedBootstrap(REPETITIONS, bootstrap.confidence(), bootstrap.seed());
        List<SignRelation> relations = new ArrayList<>();
        for (String name : names) {
            List<List<Points>> points = groups.stream()
                    .sorted(Comparator.comparing(runs -> runs.get(0).name()))
                    .map(runs -> runs.stream()
                            .flatMap(r -> points(name, r.evaluations()).stream())
                            .toList())
                    .filter(runs -> !runs.isEmpty())
                    .toList();
            if (points.stream().mapToInt(List::size).sum() >= FEWEST_RUNS) {
                relations.add(of(name, points, some));
            }
        }
        return relations;
    }

    private static SignRelation of(String name, List<List<Points>> groups, StratifiedBootstrap bootstrap) {
        int last = lastInCommon(groups);
        double[] found = correlations(groups, last);
        double[][] drawn = bootstrap.ofGroups(
                groups.stream().mapToInt(List::size).toArray(),
                places -> correlations(
                        Arrays.stream(places)
                                .map(group -> Arrays.stream(group, 1, group.length)
                                        .mapToObj(groups.get(group[0])::get)
                                        .toList())
                                .toList(),
                        last));
        Interval[] intervals = IntStream.range(0, found.length)
                .mapToObj(i -> bootstrap.interval(
                        found[i],
                        Arrays.stream(drawn).mapToDouble(row -> row[i]).toArray()))
                .toArray(Interval[]::new);
        return new SignRelation(
                name,
                intervals[POOLED],
                intervals[AT_EQUAL_EPOCH],
                intervals[AHEAD],
                groups.size() < FEWEST_GROUPS || Double.isNaN(found[BETWEEN_GROUPS])
                        ? Optional.empty()
                        : Optional.of(intervals[BETWEEN_GROUPS]),
                groups.stream().mapToInt(List::size).sum(),
                groups.size());
    }

    /** The last epoch at which all runs were evaluated; negative if there is none. */
    private static int lastInCommon(List<List<Points>> groups) {
        SortedSet<Integer> common = new TreeSet<>(groups.get(0).get(0).epochs());
        groups.forEach(runs -> runs.forEach(p -> common.retainAll(p.epochs())));
        return common.isEmpty() ? -1 : common.last();
    }

    /** The numbers of a run; empty where it lacks some, or has fewer than two after the first. */
    private static Optional<Points> points(String sign, Evaluations evaluations) {
        Optional<double[]> signs = evaluations.signs().stream()
                .filter(s -> s.name().equals(sign))
                .map(ScoreSeries::means)
                .findFirst();
        Optional<double[]> truths = evaluations.truth().map(ScoreSeries::means);
        boolean known = signs.isPresent()
                && truths.isPresent()
                && signs.get().length > 2
                && Arrays.stream(signs.get()).allMatch(Double::isFinite)
                && Arrays.stream(truths.get()).allMatch(Double::isFinite);
        return known ? Optional.of(new Points(evaluations.epochs(), signs.get(), truths.get())) : Optional.empty();
    }

    /** All of them; NaN where one of two numbers does not vary. */
    private static double[] correlations(List<List<Points>> groups, int last) {
        List<double[]> pooled = new ArrayList<>();
        Map<Integer, List<double[]>> byEpoch = new TreeMap<>();
        Map<Integer, List<double[]>> aheadByEpoch = new TreeMap<>();
        List<double[]> changes = new ArrayList<>();
        for (List<Points> runs : groups) {
            for (Points run : runs) {
                int end = run.truth().length - 1;
                for (int e = 1; e <= end; e++) {
                    int epoch = run.epochs().get(e);
                    double[] pair = {run.sign()[e], run.truth()[e]};
                    pooled.add(pair);
                    byEpoch.computeIfAbsent(epoch, k -> new ArrayList<>()).add(pair);
                    if (e < end) {
                        aheadByEpoch
                                .computeIfAbsent(epoch, k -> new ArrayList<>())
                                .add(new double[] {run.sign()[e], run.truthAhead(e)});
                    }
                }
            }
            if (last >= 0) {
                changes.add(mean(runs.stream().map(r -> r.changeUntil(last)).toList()));
            }
        }
        return new double[] {
            correlation(pooled),
            correlation(aroundTheirMeans(byEpoch)),
            correlation(aroundTheirMeans(aheadByEpoch)),
            correlation(changes)
        };
    }

    /** Pairs less the mean of those at the same epoch; one that is alone at its epoch has nothing to differ from. */
    private static List<double[]> aroundTheirMeans(Map<Integer, List<double[]>> byEpoch) {
        List<double[]> residuals = new ArrayList<>();
        byEpoch.values().stream().filter(pairs -> pairs.size() > 1).forEach(pairs -> {
            double[] mean = mean(pairs);
            pairs.forEach(p -> residuals.add(new double[] {less(p[0], mean[0]), less(p[1], mean[1])}));
        });
        return residuals;
    }

    /** What numbers that are equal but for rounding differ by is nothing to correlate. */
    private static double less(double x, double mean) {
        return Math.abs(x - mean) < ROUNDING * Math.abs(mean) ? 0 : x - mean;
    }

    private static double[] mean(List<double[]> pairs) {
        double[] mean = new double[2];
        pairs.forEach(p -> {
            mean[0] += p[0] / pairs.size();
            mean[1] += p[1] / pairs.size();
        });
        return mean;
    }

    private static double correlation(List<double[]> pairs) {
        return pairs.size() < FEWEST_PAIRS
                ? Double.NaN
                : new PearsonsCorrelation()
                        .correlation(
                                pairs.stream().mapToDouble(p -> p[0]).toArray(),
                                pairs.stream().mapToDouble(p -> p[1]).toArray());
    }

    /** For people. @param truth what judges */
    String sentence(String truth) {
        String name = sign.replace('_', ' ');
        return "Over " + runs + " runs of " + groups + (groups == 1 ? " group " : " groups ") + name + " and " + truth
                + " correlate by " + Summary.shown(pooled) + " over all evaluations, and by "
                + Summary.shown(atEqualEpoch) + " between runs at equal epoch; " + name + " and what " + truth
                + " still changes by to the last, by " + Summary.shown(ahead) + " at equal epoch"
                + betweenGroups
                        .map(b -> "; what both change by over training, by " + Summary.shown(b) + " between groups")
                        .orElse("")
                + ".";
    }
}
