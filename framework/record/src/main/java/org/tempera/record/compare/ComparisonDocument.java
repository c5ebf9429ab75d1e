package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.tempera.base.text.Words;
import org.tempera.record.archive.Rounding;
import org.tempera.record.statistics.Interval;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.RunVerdict;

/** A comparison as plain data, for JSON; docs/compare.md says what is what. */
public final class ComparisonDocument {
    /** What {@code format} says. */
    public static final String FORMAT = "tempera-comparison/1";

    /** Names of what the rows of a curve hold. */
    private static final List<String> COLUMNS =
            List.of("x", "mean", "lower", "upper", "iqm", "iqm_lower", "iqm_upper", "seeds");

    /** Of curves, which are four fifths of the document; the tables have all digits. */
    private static final int DIGITS = 6;

    private ComparisonDocument() {}

    /** All of it but the pictures and the single runs' curves, which the tables have. */
    public static Map<String, Object> of(Comparison comparison) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", FORMAT);
        document.put("runs", comparison.runs());
        document.put(
                "proxies",
                comparison.proxies().stream().map(ComparisonDocument::of).toList());
        document.put(
                "answers",
                comparison.answers().stream().map(ComparisonDocument::of).toList());
        comparison.matrix().ifPresent(m -> document.put("matrix", of(m)));
        document.put("notes", comparison.notes());
        if (!comparison.unread().isEmpty()) {
            document.put("unread", comparison.unread());
        }
        return document;
    }

    private static Map<String, Object> of(ProxyComparison proxy) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("proxy", proxy.proxy());
        proxy.truth().ifPresent(t -> document.put("truth", t));
        document.put(
                "groups", proxy.groups().stream().map(ComparisonDocument::of).toList());
        document.put(
                "controls",
                proxy.controls().stream().map(ComparisonDocument::of).toList());
        proxy.atReward().ifPresent(m -> document.put("at_equal_reward", of(m)));
        proxy.atDivergence().ifPresent(m -> document.put("at_equal_kl", of(m)));
        document.put(
                "alarms", proxy.alarms().stream().map(ComparisonDocument::of).toList());
        document.put(
                "alarms_of_controls",
                proxy.alarmsOfControls().stream().map(ComparisonDocument::of).toList());
        document.put("signs", proxy.signs().stream().map(ComparisonDocument::of).toList());
        document.put("notes", proxy.notes());
        return document;
    }

    private static Map<String, Object> of(SignRelation relation) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("sign", relation.sign());
        document.put("with_truth", of(relation.pooled()));
        document.put("with_truth_at_equal_epoch", of(relation.atEqualEpoch()));
        document.put("ahead_of_change_at_equal_epoch", of(relation.ahead()));
        relation.betweenGroups().ifPresent(b -> document.put("between_groups", of(b)));
        document.put("runs", relation.runs());
        document.put("groups", relation.groups());
        return document;
    }

    private static Map<String, Object> of(Group group) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("group", group.name());
        document.put("algorithm", group.algorithm());
        document.put("settings", group.settings());
        if (!group.control()) {
            document.put("verdict", of(group.verdict()));
        }
        document.put("runs", group.runs().stream().map(ComparisonDocument::of).toList());
        document.put("curve_columns", COLUMNS);
        List<Object> curves = new ArrayList<>();
        for (Curve curve : group.curves()) {
            // Over epochs stands again what stands over queries, but for metrics.
            if (curve.axis() != Axis.EPOCHS || curve.measure().kind() == Measure.Kind.METRIC) {
                Map<String, Object> each = of(curve.measure());
                each.put("over", curve.axis().toString());
                each.put(
                        "points",
                        curve.points().stream().map(p -> row(p.x(), p.y())).toList());
                each.put(
                        "basis",
                        basis(curve.points().stream().map(Curve.Point::y).toList()));
                curves.add(each);
            }
        }
        document.put("curves", curves);
        document.put(
                "trades", group.trades().stream().map(ComparisonDocument::of).toList());
        group.gao().ifPresent(g -> document.put("gao", of(g)));
        document.put("notes", group.notes());
        return document;
    }

    private static String basis(List<Summary> summaries) {
        return summaries.get(summaries.size() - 1).basis().toString();
    }

    private static Map<String, Object> of(Measure measure) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("score", measure.name());
        document.put("kind", measure.kind().toString());
        measure.set().ifPresent(set -> document.put("set", set));
        return document;
    }

    private static List<Object> row(double x, Summary y) {
        List<Object> row = new ArrayList<>();
        DoubleStream.of(
                        x,
                        y.mean().value(),
                        y.mean().lower(),
                        y.mean().upper(),
                        y.interquartileMean().value(),
                        y.interquartileMean().lower(),
                        y.interquartileMean().upper())
                .forEach(number -> row.add(Rounding.significant(number, DIGITS)));
        row.add(y.seeds());
        return row;
    }

    private static Map<String, Object> of(Trade trade) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("x", of(trade.x()));
        document.put("y", of(trade.y()));
        List<Object> points = new ArrayList<>();
        for (Trade.Point p : trade.points()) {
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("epoch", p.epoch());
            point.put("x", of(p.x()));
            point.put("y", of(p.y()));
            points.add(point);
        }
        document.put("points", points);
        return document;
    }

    private static Map<String, Object> of(GaoCurve gao) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("truth", gao.truth());
        document.put("set", gao.set());
        document.put("alpha", of(gao.alpha()));
        document.put("beta", of(gao.beta()));
        document.put("turning", gao.turning());
        document.put("peaking", gao.peaking());
        gao.peakDistance().ifPresent(p -> document.put("peak_root_kl", of(p)));
        gao.fit().peak().ifPresent(p -> document.put("peak_gain", p.value()));
        document.put("error", gao.error());
        document.put("point_columns", List.of("run", "epoch", "queries", "seconds", "root_kl", "gain", "fitted"));
        document.put(
                "points",
                gao.points().stream()
                        .map(p -> List.<Object>of(
                                p.run(), p.epoch(), p.queries(), p.seconds(), p.distance(), p.gain(), p.fitted()))
                        .toList());
        return document;
    }

    private static Map<String, Object> of(ComparedRun run) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("run", run.name());
        document.put("seed", run.seed());
        document.put("epochs", run.record().epochs());
        run.record().ruler().ifPresent(r -> document.put("fingerprint", r.fingerprint()));
        run.control().ifPresent(c -> document.put("control", c));
        run.verdict().ifPresent(v -> document.put("verdict", of(v)));
        document.put("provenance", run.record().provenance());
        return document;
    }

    private static Map<String, Object> of(RunVerdict verdict) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("over_optimised", verdict.overOptimised().toString());
        if (verdict.nothingOptimised()) {
            document.put("nothing_optimised", true);
        }
        verdict.since().ifPresent(s -> document.put("since_epoch", s));
        verdict.bestEpoch().ifPresent(b -> document.put("best_epoch", b));
        document.put("explanation", verdict.explanation());
        document.put("notes", verdict.notes());
        return document;
    }

    private static Map<String, Object> of(GroupVerdict verdict) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("over_optimises", verdict.answer().toString());
        if (verdict.nothingOptimised()) {
            document.put("nothing_optimised", true);
        }
        document.put("explanation", verdict.explanation());
        Map<String, Object> seeds = new LinkedHashMap<>();
        seeds.put("over_optimised", verdict.overOptimised());
        seeds.put("not", verdict.not());
        seeds.put("cannot_say", verdict.unsaid());
        verdict.share().ifPresent(s -> seeds.put("share_of_decided", of(s)));
        verdict.shareOfAll().ifPresent(s -> seeds.put("share_of_all_95", List.of(s.lower(), s.upper())));
        document.put("seeds", seeds);
        verdict.rise().ifPresent(e -> document.put("rise", of(e)));
        verdict.fall().ifPresent(e -> document.put("fall", of(e)));
        verdict.againstControl().ifPresent(e -> document.put("against_control", of(e)));
        verdict.since().ifPresent(s -> {
            Map<String, Object> since = range(s.epoch(), s.earliest(), s.latest());
            since.put("queries", s.queries());
            document.put("since", since);
        });
        verdict.best().ifPresent(b -> {
            Map<String, Object> best = range(b.epoch(), b.earliest(), b.latest());
            best.put("within_noise", b.noise());
            document.put("best", best);
        });
        document.put(
                "alarms", verdict.alarms().stream().map(ComparisonDocument::of).toList());
        document.put("too_thin", verdict.thin());
        document.put("try", verdict.advice());
        return document;
    }

    private static Map<String, Object> of(SeedAlarm alarm) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("kind", alarm.kind().shown());
        document.put("name", alarm.name());
        document.put("runs", alarm.runs());
        document.put("watched", alarm.watched());
        alarm.first().ifPresent(f -> document.put("first", range(f.epoch(), f.earliest(), f.latest())));
        alarm.against().ifPresent(a -> {
            document.put("lost", a.lost());
            document.put("in_time", a.inTime());
            document.put("late", a.late());
            document.put("missed", a.missed());
            document.put("kept", a.kept());
            document.put("falsely", a.falsely());
            document.put("lost_without_gain", a.undated());
        });
        return document;
    }

    private static Map<String, Object> range(double epoch, int earliest, int latest) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("epoch", epoch);
        document.put("earliest", earliest);
        document.put("latest", latest);
        return document;
    }

    private static Map<String, Object> of(Matched matched) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("by", of(matched.by()));
        document.put("truth", matched.truth());
        document.put("pictures", matched.pictures());
        matched.without().ifPresent(w -> document.put("without", w));
        document.put(
                "levels", matched.levels().stream().map(ComparisonDocument::of).toList());
        document.put(
                "pairs", matched.pairs().stream().map(ComparisonDocument::of).toList());
        document.put("family", matched.family());
        document.put("notes", matched.notes());
        return document;
    }

    private static Map<String, Object> of(Matched.Level level) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("level", level.value());
        List<Object> groups = new ArrayList<>();
        for (Matched.AtLevel at : level.groups()) {
            Map<String, Object> group = new LinkedHashMap<>();
            group.put("group", at.group());
            group.put("runs", at.runs());
            group.put("truth", of(at.truth()));
            group.put("queries", of(at.queries()));
            group.put("seconds", of(at.seconds()));
            group.put("cpu_seconds", of(at.cpuSeconds()));
            group.put("seeds", at.seeds().stream().map(ComparisonDocument::of).toList());
            groups.add(group);
        }
        document.put("groups", groups);
        return document;
    }

    private static Map<String, Object> of(Matched.Crossing crossing) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("run", crossing.run());
        document.put("epoch", crossing.epoch());
        document.put("queries", crossing.queries());
        document.put("seconds", crossing.seconds());
        document.put("cpu_seconds", crossing.cpuSeconds());
        document.put("truth", crossing.truth());
        return document;
    }

    private static Map<String, Object> of(Matched.Pair pair) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("first", pair.first());
        document.put("second", pair.second());
        document.put("first_seeds", of(pair.firstSeeds()));
        document.put("second_seeds", of(pair.secondSeeds()));
        document.put(
                "shared", pair.shared().stream().map(ComparisonDocument::of).toList());
        pair.highest().ifPresent(d -> document.put("highest", of(d)));
        pair.untested().ifPresent(why -> document.put("untested", Words.of(why)));
        return document;
    }

    private static Map<String, Object> of(Matched.Seeds seeds) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("read", seeds.read());
        document.put("of", seeds.of());
        return document;
    }

    private static Map<String, Object> of(Answer answer) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("question", answer.question());
        document.put("open", answer.isOpen());
        document.put("runs", answer.runs());
        document.put("runs_asked", answer.asked());
        document.put("family", answer.family());
        List<Object> pairs = new ArrayList<>();
        for (Answer.Asked asked : answer.pairs()) {
            Map<String, Object> pair = new LinkedHashMap<>();
            asked.proxy().ifPresent(p -> pair.put("proxy", p));
            pair.put("truth", asked.truth());
            Map<String, Object> atReward = of(asked.atReward());
            pair.put("at_equal_reward", atReward);
            asked.atDivergence().ifPresent(p -> pair.put("at_equal_kl", of(p)));
            asked.unlike().ifPresent(why -> {
                atReward.remove("untested"); // nothing was read of them
                pair.put("unlike", why);
            });
            pairs.add(pair);
        }
        document.put("pairs", pairs);
        return document;
    }

    private static Map<String, Object> of(Matched.Difference d) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("level", d.level());
        document.put("first", of(d.firstTruth()));
        document.put("second", of(d.secondTruth()));
        document.put("difference", of(d.difference()));
        document.put("probability_of_improvement", of(d.improvement()));
        document.put("p", d.chance());
        if (Double.isFinite(d.corrected())) {
            document.put("p_corrected", d.corrected());
            document.put("told_apart", d.isClear());
        }
        return document;
    }

    private static Map<String, Object> of(RewardMatrix matrix) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("scores", matrix.scores());
        List<Object> rows = new ArrayList<>();
        for (RewardMatrix.Row row : matrix.rows()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("proxy", row.proxy());
            each.put("group", row.group());
            each.put("level", row.level());
            each.put(
                    "changes",
                    row.changes().stream().map(ComparisonDocument::of).toList());
            rows.add(each);
        }
        document.put("rows", rows);
        document.put("notes", matrix.notes());
        return document;
    }

    private static Map<String, Object> of(Summary summary) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("mean", summary.value());
        interval(summary.mean()).ifPresent(i -> document.put("interval_95", i));
        document.put("iqm", summary.interquartileMean().value());
        interval(summary.interquartileMean()).ifPresent(i -> document.put("iqm_interval_95", i));
        document.put("seeds", summary.seeds());
        document.put("basis", summary.basis().toString());
        return document;
    }

    private static Map<String, Object> of(Interval interval) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("value", interval.value());
        interval(interval).ifPresent(i -> document.put("interval_95", i));
        return document;
    }

    private static Optional<List<Double>> interval(Interval i) {
        return Double.isFinite(i.lower()) ? Optional.of(List.of(i.lower(), i.upper())) : Optional.empty();
    }

    private static Map<String, Object> of(Estimate estimate) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("mean", estimate.mean());
        if (Double.isFinite(estimate.lower())) {
            document.put("interval", List.of(estimate.lower(), estimate.upper()));
        }
        document.put("seeds", estimate.samples());
        return document;
    }
}
