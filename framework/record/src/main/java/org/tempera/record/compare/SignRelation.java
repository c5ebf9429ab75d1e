package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.tempera.record.statistics.Interval;
import org.tempera.record.statistics.StratifiedBootstrap;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.ScoreSeries;

/**
 * How a sign of over-optimisation, such as the training reward's steepness, goes with the truth: Pearson's correlations
 * over the evaluations after the first of all runs on one training reward, with intervals of 95 % over these runs.
 *
 * @param sign its name
 * @param beside of the sign and the truth at the same evaluation
 * @param ahead of the sign and what the truth changes by from that evaluation to the last one; the last has no part
 * @param runs how many have both
 */
public record SignRelation(String sign, Interval beside, Interval ahead, int runs) {
    /** Fewer resampled groups of runs than elsewhere, for each goes through all evaluations. */
    private static final int REPETITIONS = 500;

    /** With fewer runs there is no interval over them. */
    private static final int FEWEST_RUNS = 3;

    /** Numbers of one run, by evaluation after the first. */
    private record Points(double[] sign, double[] truth) {}

    /** Of every sign that some runs have. */
    static List<SignRelation> of(List<ComparedRun> runs, StratifiedBootstrap bootstrap) {
        Set<String> names = new LinkedHashSet<>();
        runs.forEach(r -> r.evaluations().signs().forEach(s -> names.add(s.name())));
        StratifiedBootstrap some = new StratifiedBootstrap(REPETITIONS, bootstrap.confidence(), bootstrap.seed());
        List<SignRelation> relations = new ArrayList<>();
        for (String name : names) {
            List<Points> points = runs.stream()
                    .flatMap(r -> r.evaluations().signs().stream()
                            .filter(s -> s.name().equals(name))
                            .map(s -> points(s, r.evaluations())))
                    .filter(p -> p.sign().length > 1)
                    .toList();
            if (points.size() >= FEWEST_RUNS) {
                double[] found = correlations(points);
                double[][] drawn = some.ofRuns(
                        points.size(),
                        places -> correlations(
                                Arrays.stream(places).mapToObj(points::get).toList()));
                relations.add(new SignRelation(
                        name, interval(found, drawn, 0, some), interval(found, drawn, 1, some), points.size()));
            }
        }
        return relations;
    }

    private static Interval interval(double[] found, double[][] drawn, int column, StratifiedBootstrap bootstrap) {
        return bootstrap.interval(
                found[column],
                Arrays.stream(drawn).mapToDouble(row -> row[column]).toArray());
    }

    private static Points points(ScoreSeries sign, Evaluations evaluations) {
        double[] signs = sign.means();
        double[] truths = evaluations.truth().map(ScoreSeries::means).orElse(new double[signs.length]);
        boolean known = evaluations.truth().isPresent()
                && Arrays.stream(signs).allMatch(Double::isFinite)
                && Arrays.stream(truths).allMatch(Double::isFinite);
        return known
                ? new Points(Arrays.copyOfRange(signs, 1, signs.length), Arrays.copyOfRange(truths, 1, truths.length))
                : new Points(new double[0], new double[0]);
    }

    /** Beside, then ahead; NaN where one of the two does not vary. */
    private static double[] correlations(List<Points> runs) {
        List<double[]> beside = new ArrayList<>();
        List<double[]> ahead = new ArrayList<>();
        for (Points run : runs) {
            int last = run.truth().length - 1;
            for (int e = 0; e <= last; e++) {
                beside.add(new double[] {run.sign()[e], run.truth()[e]});
                if (e < last) {
                    ahead.add(new double[] {run.sign()[e], run.truth()[last] - run.truth()[e]});
                }
            }
        }
        return new double[] {correlation(beside), correlation(ahead)};
    }

    private static double correlation(List<double[]> pairs) {
        return pairs.size() < 3
                ? Double.NaN
                : new PearsonsCorrelation()
                        .correlation(
                                pairs.stream().mapToDouble(p -> p[0]).toArray(),
                                pairs.stream().mapToDouble(p -> p[1]).toArray());
    }

    /** For people. @param truth what judges */
    String sentence(String truth) {
        return "Over " + runs + " runs " + sign.replace('_', ' ') + " and " + truth + " correlate by "
                + Summary.shown(beside) + " at an evaluation; " + sign.replace('_', ' ') + " and what " + truth
                + " still changes by from there to the last, by " + Summary.shown(ahead) + ".";
    }
}
