package org.tempera.record.page;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import org.tempera.record.compare.Axis;
import org.tempera.record.compare.Basis;
import org.tempera.record.compare.Curve;
import org.tempera.record.compare.GaoCurve;
import org.tempera.record.compare.GroupVerdict;
import org.tempera.record.compare.Measure;
import org.tempera.record.compare.Summary;
import org.tempera.record.compare.Trade;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunVerdict.Answer;
import org.tempera.record.verdict.SeriesSummary;

/** Charts of how the groups on one training reward went. */
final class CurveCharts {
    private static final int FITTED_POINTS = 48;
    /** Divergences that differ by more than that are drawn by ratios. */
    private static final double MANY_TIMES = 50;

    private static final Look PROXY = Look.of(0);
    private static final Look TRUTH = Look.of(1);

    private final Cast cast;
    private final List<Cast.Member> members;

    /** @param members whose lines are drawn */
    CurveCharts(Cast cast, List<Cast.Member> members) {
        this.cast = cast;
        this.members = members;
    }

    /** What is known over any axis and passes. */
    Set<Measure> measures(Predicate<Measure> wanted) {
        Set<Measure> found = new LinkedHashSet<>();
        members.forEach(m -> m.group().curves().stream()
                .map(Curve::measure)
                .filter(measure -> wanted.test(measure) && isShown(m, measure))
                .forEach(found::add));
        return found;
    }

    /** What it cost, where that is known; else epochs. */
    List<Axis> costs(Measure measure) {
        List<Axis> costs = new ArrayList<>();
        for (Axis axis : List.of(Axis.QUERIES, Axis.SECONDS)) {
            if (members.stream().anyMatch(m -> curve(m, measure, axis).isPresent())) {
                costs.add(axis);
            }
        }
        return costs.isEmpty() ? List.of(Axis.EPOCHS) : costs;
    }

    /** A control's own training reward is chance, and beside the others' it would say nothing. */
    private static boolean isShown(Cast.Member member, Measure measure) {
        return !(member.group().control() && measure.kind() == Measure.Kind.PROXY);
    }

    private static Optional<Curve> curve(Cast.Member member, Measure measure, Axis axis) {
        if (!isShown(member, measure)) {
            return Optional.empty();
        }
        return member.group().curves().stream()
                .filter(c -> c.axis() == axis
                        && c.measure().equals(measure)
                        && !c.points().isEmpty())
                .findFirst();
    }

    /** One chart for each measure, over epochs. */
    List<Chart> overEpochs(Collection<Measure> measures) {
        return measures.stream().map(m -> over(m, Axis.EPOCHS)).toList();
    }

    /** A number of every group over an axis; of the truth, with what the curve of Gao et al. says of it. */
    Chart over(Measure measure, Axis axis) {
        List<Series> series = new ArrayList<>();
        for (Cast.Member member : members) {
            curve(member, measure, axis).ifPresent(c -> {
                series.add(line(member, c));
                if (measure.kind() == Measure.Kind.TRUTH && measure.set().isEmpty()) {
                    fitted(member, c).ifPresent(series::add);
                }
            });
        }
        return new Chart(
                        Labels.title(measure) + " against " + Labels.of(axis),
                        Labels.of(axis),
                        Labels.of(measure),
                        series)
                .of(Labels.quantity(measure));
    }

    private Series line(Cast.Member member, Curve curve) {
        return new Series(
                member.shortName(),
                member.look(),
                Series.Kind.LINE,
                cast.leads(member),
                curve.points().stream()
                        .map(p -> new Series.Point(
                                p.x(),
                                p.y().value(),
                                isBand(p.y()) ? p.y().mean().lower() : Double.NaN,
                                isBand(p.y()) ? p.y().mean().upper() : Double.NaN,
                                member.epoch(curve.axis(), p.x())))
                        .toList());
    }

    /**
     * Over pictures a band says something else than over seeds, and is wider: the two are not drawn beside each other.
     */
    private boolean isBand(Summary y) {
        return y.basis() == Basis.SEEDS
                || members.stream().allMatch(m -> m.group().runs().size() < 2);
    }

    /**
     * The fitted curve at the group's checkpoints, on top of the truth before training; empty where none was fitted.
     */
    private static Optional<Series> fitted(Cast.Member member, Curve truth) {
        Optional<GaoCurve> gao = member.group().gao();
        OptionalDouble base = truth.points().stream()
                .filter(p -> member.epoch(truth.axis(), p.x()).orElse(-1) == 0)
                .mapToDouble(p -> p.y().value())
                .findFirst();
        if (gao.isEmpty() || base.isEmpty()) {
            return Optional.empty();
        }
        double last = truth.points().get(truth.points().size() - 1).x();
        TreeMap<Integer, List<GaoCurve.Point>> byEpoch = new TreeMap<>();
        gao.get().points().forEach(p -> byEpoch.computeIfAbsent(p.epoch(), e -> new ArrayList<>())
                .add(p));
        List<Series.Point> points = new ArrayList<>();
        byEpoch.forEach((epoch, all) -> points.add(Series.Point.of(
                mean(all.stream().mapToDouble(p -> switch (truth.axis()) {
                    case EPOCHS -> epoch;
                    case QUERIES -> p.queries();
                    case SECONDS -> p.seconds();
                })),
                base.getAsDouble() + mean(all.stream().mapToDouble(GaoCurve.Point::fitted)))));
        points.removeIf(p -> p.x() > last); // seconds are read only as far as all seeds have come
        return Optional.of(
                new Series(member.shortName() + ", fit of Gao et al.", member.look(), Series.Kind.CURVE, points));
    }

    private static double mean(DoubleStream values) {
        return values.average().orElse(Double.NaN);
    }

    /**
     * For each group a chart of its training reward and its truth on one scale: the change since before training in
     * deviations between pictures then, with the epoch since when it over-optimised.
     */
    List<Chart> byThemselves() {
        List<Chart> charts = new ArrayList<>();
        for (Cast.Member member : members) {
            List<Series> series = new ArrayList<>();
            Axis axis = measures(m -> m.kind() == Measure.Kind.PROXY && m.set().isEmpty()).stream()
                    .findFirst()
                    .map(m -> curve(member, m, Axis.QUERIES).isPresent() ? Axis.QUERIES : Axis.EPOCHS)
                    .orElse(Axis.EPOCHS);
            for (Measure.Kind kind : List.of(Measure.Kind.PROXY, Measure.Kind.TRUTH)) {
                member.group().curves(kind, axis).stream()
                        .filter(c -> c.measure().set().isEmpty() && !c.points().isEmpty())
                        .findFirst()
                        .ifPresent(c -> series.add(standardised(member, c, deviation(member, kind))));
            }
            List<Chart.Mark> marks = new ArrayList<>();
            Optional<GroupVerdict.Onset> since = member.group().verdict().since();
            since.ifPresent(o ->
                    marks.add(new Chart.Mark(overOptimised(member), axis == Axis.QUERIES ? o.queries() : o.epoch())));
            charts.add(new Chart(
                    member.shortName(), Labels.of(axis), "change, standard deviations", false, series, marks));
        }
        return charts;
    }

    /** Of the group, or of some of its seeds only. */
    private static String overOptimised(Cast.Member member) {
        GroupVerdict v = member.group().verdict();
        return v.answer() == Answer.YES
                ? "over-optimised"
                : v.overOptimised() + " of " + member.group().runs().size() + " seeds";
    }

    private Series standardised(Cast.Member member, Curve curve, double deviation) {
        double zero = curve.points().get(0).y().value();
        boolean proxy = curve.measure().kind() == Measure.Kind.PROXY;
        return new Series(
                Labels.of(curve.measure()),
                proxy ? PROXY : TRUTH,
                Series.Kind.LINE,
                cast.leads(member),
                curve.points().stream()
                        .map(p -> new Series.Point(
                                p.x(),
                                (p.y().value() - zero) / deviation,
                                (p.y().mean().lower() - zero) / deviation,
                                (p.y().mean().upper() - zero) / deviation,
                                member.epoch(curve.axis(), p.x())))
                        .toList());
    }

    /** Mean over the runs of the deviation between pictures before training; 1 where it is not known. */
    private static double deviation(Cast.Member member, Measure.Kind kind) {
        return member.group().runs().stream()
                .flatMap(r -> r.verdict().stream())
                .flatMap(v -> (kind == Measure.Kind.PROXY ? v.proxy() : truth(v)).stream())
                .mapToDouble(SeriesSummary::deviation)
                .filter(d -> d > 0)
                .average()
                .orElse(1);
    }

    private static Optional<SeriesSummary> truth(RunVerdict verdict) {
        return verdict.gold().or(verdict::heldOutScore);
    }

    /** One chart for each pair of numbers that are set beside each other and pass. */
    List<Chart> trades(Predicate<Trade> wanted) {
        Set<List<Measure>> pairs = new LinkedHashSet<>();
        members.forEach(m -> m.group().trades().stream()
                .filter(t -> wanted.test(t) && isShown(m, t.x()) && isShown(m, t.y()))
                .forEach(t -> pairs.add(List.of(t.x(), t.y()))));
        return pairs.stream().map(p -> trade(p.get(0), p.get(1))).toList();
    }

    private Chart trade(Measure x, Measure y) {
        List<Series> series = new ArrayList<>();
        for (Cast.Member member : members) {
            member.group().trades().stream()
                    .filter(t -> t.x().equals(x) && t.y().equals(y))
                    .findFirst()
                    .ifPresent(t -> series.add(new Series(
                            member.shortName(),
                            member.look(),
                            Series.Kind.LINE,
                            cast.leads(member),
                            t.points().stream().map(CurveCharts::point).toList())));
        }
        double[] along = series.stream()
                .flatMapToDouble(s -> s.points().stream().mapToDouble(Series.Point::x))
                .filter(v -> v > 0)
                .toArray();
        boolean byRatios = x.kind() == Measure.Kind.DIVERGENCE
                && DoubleStream.of(along).max().orElse(0)
                        > MANY_TIMES * DoubleStream.of(along).min().orElse(1);
        // A set of prompts is named once.
        String across = Labels.of(x.set().equals(y.set()) ? new Measure(x.kind(), x.name(), Optional.empty()) : x);
        return new Chart(Labels.title(y) + " against " + across, across, Labels.of(y), byRatios, series, List.of())
                .of(Labels.quantity(y));
    }

    private static Series.Point point(Trade.Point p) {
        Summary y = p.y();
        return new Series.Point(
                p.x().value(), y.value(), y.mean().lower(), y.mean().upper(), OptionalInt.of(p.epoch()));
    }

    /** The truth's gain against the root of the divergence: every checkpoint of every seed, and the fitted curves. */
    Chart gao() {
        List<Series> series = new ArrayList<>();
        String truth = "gold";
        for (Cast.Member member : members) {
            if (member.group().gao().isEmpty()) {
                continue;
            }
            GaoCurve gao = member.group().gao().get();
            truth = Labels.truth(gao.truth());
            series.add(new Series(
                    member.shortName(),
                    member.look(),
                    Series.Kind.DOTS,
                    cast.leads(member),
                    gao.points().stream()
                            .map(p -> new Series.Point(
                                    p.distance(), p.gain(), Double.NaN, Double.NaN, OptionalInt.of(p.epoch())))
                            .toList()));
            double farthest = gao.points().stream()
                    .mapToDouble(GaoCurve.Point::distance)
                    .max()
                    .orElse(0);
            List<Series.Point> fit = new ArrayList<>();
            for (int i = 0; i <= FITTED_POINTS; i++) {
                double d = farthest * i / FITTED_POINTS;
                fit.add(Series.Point.of(d, gao.fit().at(d)));
            }
            series.add(new Series(member.shortName() + ", fit", member.look(), Series.Kind.CURVE, fit));
        }
        return new Chart(
                "Gain of " + truth + " against the root of the KL divergence",
                "root of the KL divergence from the base in nats",
                "gain of " + truth,
                series);
    }
}
