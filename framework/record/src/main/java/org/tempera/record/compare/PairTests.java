package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.TTest;
import org.tempera.record.statistics.Aggregate;
import org.tempera.record.statistics.HolmCorrection;
import org.tempera.record.statistics.Interval;

/** Tests whether the seeds of two groups differ in the truth at a level, and corrects for how many pairs are tested. */
final class PairTests {
    /** Numbers that differ by no larger a part of themselves differ by rounding alone. */
    private static final double ROUNDING = 1e-12;

    private final Summaries summaries;

    PairTests(Summaries summaries) {
        this.summaries = summaries;
    }

    /**
     * One of two groups.
     *
     * @param seeds those that are read
     * @param of how many seeds it has, or should have
     */
    record Side(String name, List<Seed> seeds, int of) {
        private Matched.Seeds counted() {
            return new Matched.Seeds(seeds.size(), of);
        }
    }

    /** Two groups at some levels and at the highest that both reach, not corrected yet. */
    Matched.Pair pair(Side first, Side second, List<Double> levels) {
        List<Seed> both = new ArrayList<>(first.seeds());
        both.addAll(second.seeds());
        boolean read = !first.seeds().isEmpty() && !second.seeds().isEmpty();
        List<Double> own = read ? Seed.levels(both) : List.of();
        return new Matched.Pair(
                first.name(),
                second.name(),
                first.counted(),
                second.counted(),
                read
                        ? levels.stream()
                                .map(level -> difference(first.seeds(), second.seeds(), level))
                                .toList()
                        : List.of(),
                own.isEmpty()
                        ? Optional.empty()
                        : Optional.of(difference(first.seeds(), second.seeds(), own.get(own.size() - 1))));
    }

    private Matched.Difference difference(List<Seed> first, List<Seed> second, double level) {
        double[] x = first.stream().mapToDouble(s -> s.at(level).truth()).toArray();
        double[] y = second.stream().mapToDouble(s -> s.at(level).truth()).toArray();
        boolean spread = x.length > 1 && y.length > 1;
        double[][] xs = column(x);
        double[][] ys = column(y);
        Interval difference = spread
                ? summaries.bootstrap().ofDifference(xs, ys, Aggregate.mean())
                : new Interval(StatUtils.mean(x) - StatUtils.mean(y), Double.NaN, Double.NaN);
        Interval improvement =
                spread ? summaries.bootstrap().ofImprovement(xs, ys) : new Interval(Double.NaN, Double.NaN, Double.NaN);
        boolean enough = Math.min(x.length, y.length) >= Judgement.FEWEST_SEEDS;
        return new Matched.Difference(
                level,
                summaries.of(x),
                summaries.of(y),
                difference,
                improvement,
                enough ? welch(x, y) : Double.NaN,
                Double.NaN);
    }

    /** The chance of so large a difference; NaN where no seed differs from another of its group. */
    private static double welch(double[] x, double[] y) {
        double deviation = Math.sqrt(StatUtils.variance(x) + StatUtils.variance(y));
        double size = Math.max(Math.abs(StatUtils.mean(x)), Math.abs(StatUtils.mean(y)));
        return deviation > ROUNDING * size ? new TTest().tTest(x, y) : Double.NaN;
    }

    private static double[][] column(double[] numbers) {
        return Arrays.stream(numbers).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
    }

    /** A family of pairs with the chances of each of their levels, and those at their own highest ones, corrected. */
    static List<Matched.Pair> corrected(List<Matched.Pair> pairs) {
        List<Matched.Pair> all = correctedAtHighest(pairs);
        int levels = pairs.stream().mapToInt(p -> p.shared().size()).max().orElse(0);
        for (int level = 0; level < levels; level++) {
            int at = level;
            double[] corrected = holm(all.stream()
                    .mapToDouble(
                            p -> at < p.shared().size() ? p.shared().get(at).chance() : Double.NaN)
                    .toArray());
            for (int i = 0; i < corrected.length; i++) {
                Matched.Pair pair = all.get(i);
                if (at < pair.shared().size()) {
                    List<Matched.Difference> shared = new ArrayList<>(pair.shared());
                    shared.set(at, shared.get(at).correctedTo(corrected[i]));
                    all.set(i, pair.with(shared, pair.highest()));
                }
            }
        }
        return all;
    }

    /** A family of pairs with the chances at their own highest levels corrected, and no others. */
    static List<Matched.Pair> correctedAtHighest(List<Matched.Pair> pairs) {
        double[] corrected = holm(pairs.stream()
                .mapToDouble(p -> p.highest().map(Matched.Difference::chance).orElse(Double.NaN))
                .toArray());
        List<Matched.Pair> all = new ArrayList<>();
        for (int i = 0; i < corrected.length; i++) {
            Matched.Pair pair = pairs.get(i);
            double p = corrected[i];
            all.add(pair.with(pair.shared(), pair.highest().map(d -> d.correctedTo(p))));
        }
        return all;
    }

    /**
     * Corrected for all, of which those that are NaN count as 1 and stay NaN: were they left out, the others would
     * depend on what became of them.
     */
    private static double[] holm(double[] chances) {
        double[] corrected = HolmCorrection.of(
                Arrays.stream(chances).map(p -> Double.isNaN(p) ? 1 : p).toArray());
        return IntStream.range(0, chances.length)
                .mapToDouble(i -> Double.isNaN(chances[i]) ? Double.NaN : corrected[i])
                .toArray();
    }
}
