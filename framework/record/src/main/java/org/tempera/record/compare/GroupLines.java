package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tempera.record.archive.RunCost;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.image.statistics.ImageStatistics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.ScoreSeries;
import org.tempera.record.verdict.SeriesSummary;
import org.tempera.spi.MetricNames;

/** Collects every number of a group's runs, one line for each seed. */
final class GroupLines {
    /** Name of the set of the prompts that are trained on. */
    static final String SEEN = "seen";

    /** Of more epochs than this, some are left out of a metric's line. */
    private static final int MOST_METRIC_EPOCHS = 40;

    private static final List<String> METRICS = List.of(
            MetricNames.TRAIN_REWARD,
            MetricNames.TRAIN_REWARD_DEVIATION,
            MetricNames.GROUPS_WITHOUT_SPREAD,
            MetricNames.EXPLAINED_VARIANCE,
            MetricNames.DORMANT_FRACTION,
            MetricNames.CRITIC_LOSS,
            MetricNames.VALUE_MEAN,
            MetricNames.APPROX_KL,
            MetricNames.KL_TO_REFERENCE,
            MetricNames.CLIP_FRACTION,
            MetricNames.HELD_ABOVE,
            MetricNames.HELD_BELOW,
            MetricNames.RATIO_MEAN,
            MetricNames.GRADIENT_NORM,
            MetricNames.ON_POLICY_LOG_PROB_ERROR);

    private final Map<Measure, List<Line>> lines = new LinkedHashMap<>();
    private final List<ComparedRun> runs = new ArrayList<>();
    private final Set<String> statistics =
            new ImageStatistics(0, 0, 0, 0, 0, 0).byName().keySet();

    /** Whether there is one run, whose intervals are over its pictures. */
    private final boolean alone;

    private GroupLines(boolean alone) {
        this.alone = alone;
    }

    /** Of a group's runs. @param sets by name of the run */
    static GroupLines of(List<ComparedRun> runs, Map<String, SetsOfRun> sets, Scores scores) {
        GroupLines all = new GroupLines(runs.size() == 1);
        for (ComparedRun run : runs) {
            List<RunLine> its = new ArrayList<>();
            BiConsumer<Measure, Line> takes = (measure, line) -> {
                all.lines.computeIfAbsent(measure, m -> new ArrayList<>()).add(line);
                its.add(new RunLine(
                        measure,
                        line.places(),
                        DoubleStream.of(line.values()).boxed().toList()));
            };
            all.ownEvaluations(run, scores, takes);
            all.sets(run.record(), sets.getOrDefault(run.name(), SetsOfRun.NONE), scores, takes);
            metrics(run.record(), takes);
            all.runs.add(run.with(its));
        }
        return all;
    }

    /** By what is measured, a line for each run that has it. */
    Map<Measure, List<Line>> lines() {
        return lines;
    }

    /** The runs with their lines. */
    List<ComparedRun> runs() {
        return runs;
    }

    /** What a run had spent at some of its epochs; between those that are known, in proportion to the epochs. */
    static List<ComparedRun.Spent> spent(RunRecord run, List<Integer> epochs) {
        NavigableMap<Integer, RunCost> costs = new TreeMap<>();
        costs.put(0, new RunCost(0, 0, 0));
        run.costs().forEach(c -> costs.put(c.epoch(), c));
        double[] cpuSeconds = cpuSeconds(run);
        return epochs.stream().map(epoch -> spent(costs, cpuSeconds, epoch)).toList();
    }

    /** Until the end of each epoch, by its number; NaN from the first epoch on whose own are not known. */
    private static double[] cpuSeconds(RunRecord run) {
        double[] until = new double[run.epochs() + 1];
        Arrays.fill(until, 1, until.length, Double.NaN);
        for (MetricRow row : run.metrics()) {
            int epoch = row.epoch();
            if (epoch > 0 && epoch < until.length) {
                until[epoch] = until[epoch - 1] + row.values().getOrDefault(MetricNames.EPOCH_CPU_SECONDS, Double.NaN);
            }
        }
        return until;
    }

    private static ComparedRun.Spent spent(NavigableMap<Integer, RunCost> costs, double[] cpuSeconds, int epoch) {
        Map.Entry<Integer, RunCost> before = costs.floorEntry(epoch);
        Map.Entry<Integer, RunCost> after = costs.ceilingEntry(epoch);
        if (before == null || after == null) {
            return ComparedRun.Spent.unknown(epoch);
        }
        RunCost one = before.getValue();
        RunCost other = after.getValue();
        double share =
                one.epoch() == other.epoch() ? 0 : (double) (epoch - one.epoch()) / (other.epoch() - one.epoch());
        return new ComparedRun.Spent(
                epoch,
                one.queries() + share * (other.queries() - one.queries()),
                one.seconds() + share * (other.seconds() - one.seconds()),
                epoch < cpuSeconds.length ? cpuSeconds[epoch] : Double.NaN);
    }

    private void ownEvaluations(ComparedRun run, Scores scores, BiConsumer<Measure, Line> takes) {
        Evaluations e = run.evaluations();
        e.proxy().ifPresent(p -> own(Measure.Kind.PROXY, p, run, takes));
        e.truth().ifPresent(t -> own(Measure.Kind.TRUTH, t, run, takes));
        if (scores.gold()) {
            e.heldOutScore().ifPresent(h -> own(Measure.Kind.HELD_OUT_SCORE, h, run, takes));
        }
        e.heldOut().forEach(h -> own(Measure.Kind.HELD_OUT, h, run, takes));
        e.logged().forEach(s -> own(Measure.Kind.SHOWN, s, run, takes));
        e.signs().forEach(s -> own(Measure.Kind.PICTURE, s, run, takes));
    }

    private void own(Measure.Kind kind, ScoreSeries series, ComparedRun run, BiConsumer<Measure, Line> takes) {
        Measure measure = Measure.of(kind, series.name());
        if (alone) {
            takes.accept(measure, Line.of(run.costs(), SeriesSummary.of(series).byEvaluation()));
        } else {
            takes.accept(measure, new Line(run.costs(), series.means()));
        }
    }

    private void sets(RunRecord run, SetsOfRun measured, Scores scores, BiConsumer<Measure, Line> takes) {
        List<ComparedRun.Spent> places = spent(run, measured.epochs());
        measured.sets().forEach((set, numbers) -> {
            numbers.numbers().forEach((name, values) -> kind(name, scores)
                    .ifPresent(kind -> takes.accept(Measure.of(kind, name, set), Line.of(places, values))));
            if (!scores.gold()) {
                numbers.truth()
                        .ifPresent(truth -> takes.accept(
                                Measure.of(Measure.Kind.TRUTH, ScoreNames.HELD_OUT, set), Line.of(places, truth)));
            }
        });
        Optional.ofNullable(measured.sets().get(SEEN))
                .ifPresent(seen -> measured.sets().forEach((set, other) -> {
                    if (!set.equals(SEEN)) {
                        gaps(places, seen, set, other, scores, takes);
                    }
                }));
    }

    private Optional<Measure.Kind> kind(String name, Scores scores) {
        if (name.equals(ScoreNames.KL)) {
            return Optional.of(Measure.Kind.DIVERGENCE);
        }
        if (name.equals(ScoreNames.DISTANCE) || name.equals(ScoreNames.VENDI)) {
            return Optional.of(Measure.Kind.DIVERSITY);
        }
        return statistics.contains(name) ? Optional.of(Measure.Kind.PICTURE) : scores.kind(name);
    }

    /** By how much more each score rose, since the first checkpoint, on prompts that are trained on than on others. */
    private static void gaps(
            List<ComparedRun.Spent> places,
            SetsOfRun.OneSet seen,
            String set,
            SetsOfRun.OneSet other,
            Scores scores,
            BiConsumer<Measure, Line> takes) {
        if (places.isEmpty() || places.get(0).epoch() != 0) {
            return;
        }
        Map<String, List<Estimate>> ofSeen = withTruth(seen, scores);
        withTruth(other, scores).forEach((name, values) -> {
            List<Estimate> own = ofSeen.get(name);
            if (own != null && (scores.kind(name).isPresent() || name.equals(ScoreNames.HELD_OUT))) {
                double[] gap = IntStream.range(0, values.size())
                        .mapToDouble(i -> (own.get(i).mean() - own.get(0).mean())
                                - (values.get(i).mean() - values.get(0).mean()))
                        .toArray();
                takes.accept(Measure.of(Measure.Kind.GAP, name, set), new Line(places, gap));
            }
        });
    }

    private static Map<String, List<Estimate>> withTruth(SetsOfRun.OneSet set, Scores scores) {
        Map<String, List<Estimate>> all = new LinkedHashMap<>(set.numbers());
        if (!scores.gold()) {
            set.truth().ifPresent(truth -> all.put(ScoreNames.HELD_OUT, truth));
        }
        return all;
    }

    private static void metrics(RunRecord run, BiConsumer<Measure, Line> takes) {
        List<MetricRow> rows = thinned(run.metrics());
        Set<String> further = new TreeSet<>();
        rows.forEach(row ->
                row.values().keySet().stream().filter(GroupLines::isShown).forEach(further::add));
        Stream.concat(METRICS.stream(), further.stream()).forEach(name -> {
            List<MetricRow> having =
                    rows.stream().filter(r -> r.values().containsKey(name)).toList();
            if (!having.isEmpty()) {
                takes.accept(
                        Measure.of(Measure.Kind.METRIC, name),
                        new Line(
                                having.stream()
                                        .map(r -> ComparedRun.Spent.unknown(r.epoch()))
                                        .toList(),
                                having.stream()
                                        .mapToDouble(r -> r.values().getOrDefault(name, Double.NaN))
                                        .toArray()));
            }
        });
    }

    /** Metrics whose names depend on the run. */
    private static boolean isShown(String metric) {
        return MetricNames.constraint(metric).isPresent()
                || IntStream.rangeClosed(1, MetricNames.PARTS)
                        .anyMatch(part -> metric.equals(MetricNames.mean(MetricNames.RATIO, part)));
    }

    private static List<MetricRow> thinned(List<MetricRow> rows) {
        int n = rows.size();
        return n <= MOST_METRIC_EPOCHS
                ? rows
                : IntStream.range(0, MOST_METRIC_EPOCHS)
                        .mapToObj(i -> rows.get((int) ((long) i * (n - 1) / (MOST_METRIC_EPOCHS - 1))))
                        .toList();
    }
}
