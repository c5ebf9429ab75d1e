package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.record.statistics.GaoFit;
import org.tempera.record.statistics.Interval;
import org.tempera.record.statistics.StratifiedBootstrap;
import org.tempera.record.verdict.Estimate;

/** Fits the curve of Gao et al. to what {@code evaluate} measured of a group's checkpoints. */
final class GaoFitting {
    /** Fewer resampled groups than elsewhere, for each is a fit of its own. */
    private static final int REPETITIONS = 500;

    /** A curve of two numbers through fewer points is no finding. */
    private static final int FEWEST_POINTS = 4;

    /** A curve that has its peak beyond that has none; and a number in its place that percentiles can be taken of. */
    private static final double FARTHEST = 1e100;

    private static final double[] NO_FIT = {Double.NaN, Double.NaN, Double.NaN};

    private GaoFitting() {}

    /** A checkpoint of one seed. */
    private record At(ComparedRun run, ComparedRun.Spent spent, double distance, double gain) {}

    /** The curve of the set with the most checkpoints; the first of equals. Empty where there are too few. */
    static Optional<GaoCurve> of(
            List<ComparedRun> runs, Map<String, SetsOfRun> sets, String truth, StratifiedBootstrap bootstrap) {
        List<String> names = runs.stream()
                .flatMap(r -> sets.getOrDefault(r.name(), SetsOfRun.NONE).sets().keySet().stream())
                .distinct()
                .toList();
        String chosen = "";
        List<List<At>> points = List.of();
        for (String set : names) {
            List<List<At>> its = runs.stream()
                    .map(r -> points(r, sets.getOrDefault(r.name(), SetsOfRun.NONE), set))
                    .filter(of -> !of.isEmpty())
                    .toList();
            if (count(its) > count(points)) {
                points = its;
                chosen = set;
            }
        }
        if (count(points) < FEWEST_POINTS) {
            return Optional.empty();
        }
        try {
            return Optional.of(fitted(
                    truth,
                    chosen,
                    points,
                    new StratifiedBootstrap(REPETITIONS, bootstrap.confidence(), bootstrap.seed())));
        } catch (IllegalArgumentException e) {
            // All checkpoints are as far from the base as each other, and no curve goes through them.
            return Optional.empty();
        }
    }

    private static int count(List<List<At>> points) {
        return points.stream().mapToInt(List::size).sum();
    }

    /** Of one seed, from where its set has the weights before training. */
    private static List<At> points(ComparedRun run, SetsOfRun measured, String set) {
        SetsOfRun.OneSet numbers = measured.sets().get(set);
        if (numbers == null
                || numbers.divergence().isEmpty()
                || numbers.truth().isEmpty()
                || measured.epochs().get(0) != 0) {
            return List.of();
        }
        List<Estimate> kl = numbers.divergence().get();
        List<Estimate> truth = numbers.truth().get();
        List<ComparedRun.Spent> spent = GroupLines.spent(run.record(), measured.epochs());
        List<At> points = new ArrayList<>();
        for (int i = 1; i < kl.size(); i++) {
            double distance = Math.sqrt(Math.max(0, kl.get(i).mean()));
            double gain = truth.get(i).mean() - truth.get(0).mean();
            if (Double.isFinite(distance) && Double.isFinite(gain) && distance > 0) {
                points.add(new At(run, spent.get(i), distance, gain));
            }
        }
        return points;
    }

    private static GaoCurve fitted(String truth, String set, List<List<At>> bySeed, StratifiedBootstrap bootstrap) {
        GaoFit fit = fit(bySeed);
        double reached = bySeed.stream()
                .flatMap(List::stream)
                .mapToDouble(At::distance)
                .max()
                .orElseThrow();
        double[][] resampled = bootstrap.ofRuns(bySeed.size(), drawn -> numbers(drawn, bySeed));
        Interval alpha =
                bySeed.size() < 2 ? without(fit.alpha()) : bootstrap.interval(fit.alpha(), column(resampled, 0));
        Interval beta = bySeed.size() < 2 ? without(fit.beta()) : bootstrap.interval(fit.beta(), column(resampled, 1));
        double[] peaks = column(resampled, 2);
        double turning = bySeed.size() < 2 ? Double.NaN : shareUpTo(reached, peaks);
        List<GaoCurve.Point> points = bySeed.stream()
                .flatMap(List::stream)
                .map(p -> new GaoCurve.Point(
                        p.run().name(),
                        p.spent().epoch(),
                        p.spent().queries(),
                        p.spent().seconds(),
                        p.distance(),
                        p.gain(),
                        fit.at(p.distance())))
                .toList();
        double error = Math.sqrt(points.stream()
                .mapToDouble(p -> (p.gain() - p.fitted()) * (p.gain() - p.fitted()))
                .average()
                .orElseThrow());
        return new GaoCurve(
                truth,
                set,
                fit,
                alpha,
                beta,
                turning,
                bySeed.size() < 2 ? Double.NaN : shareUpTo(FARTHEST, peaks),
                fit.peak()
                        .map(peak -> bySeed.size() < 2
                                ? without(peak.distance())
                                : ofPeak(bootstrap.interval(peak.distance(), peaks))),
                error,
                points);
    }

    private static double shareUpTo(double distance, double[] peaks) {
        return (double) Arrays.stream(peaks).filter(d -> d <= distance).count() / peaks.length;
    }

    /** Curves without a peak have it farther than all others: an end that falls on them is infinite. */
    private static Interval ofPeak(Interval interval) {
        return new Interval(interval.value(), orInfinite(interval.lower()), orInfinite(interval.upper()));
    }

    private static double orInfinite(double distance) {
        return distance > FARTHEST ? Double.POSITIVE_INFINITY : distance;
    }

    private static Interval without(double value) {
        return new Interval(value, Double.NaN, Double.NaN);
    }

    private static double[] numbers(int[] drawn, List<List<At>> bySeed) {
        try {
            GaoFit fit = fit(Arrays.stream(drawn).mapToObj(bySeed::get).toList());
            return new double[] {
                fit.alpha(),
                fit.beta(),
                fit.peak().map(GaoFit.Peak::distance).filter(d -> d <= FARTHEST).orElse(Double.MAX_VALUE)
            };
        } catch (IllegalArgumentException e) {
            return NO_FIT;
        }
    }

    private static GaoFit fit(List<List<At>> bySeed) {
        List<At> all = bySeed.stream().flatMap(List::stream).toList();
        return GaoFit.of(
                all.stream().mapToDouble(At::distance).toArray(),
                all.stream().mapToDouble(At::gain).toArray(),
                GaoFit.Form.RL);
    }

    private static double[] column(double[][] rows, int column) {
        return Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
    }
}
