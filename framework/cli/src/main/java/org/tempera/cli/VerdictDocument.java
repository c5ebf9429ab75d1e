package org.tempera.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.record.verdict.Alarm;
import org.tempera.record.verdict.AtEqualReward;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.EvaluatedBound;
import org.tempera.record.verdict.Independence;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunsBeside;
import org.tempera.record.verdict.SeriesSummary;

/** Verdicts and comparisons as plain data, for JSON. */
final class VerdictDocument {
    private VerdictDocument() {}

    /** A run's verdict. */
    static Map<String, Object> of(RunVerdict verdict) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("over_optimised", verdict.overOptimised().toString());
        if (verdict.nothingOptimised()) {
            document.put("nothing_optimised", true);
        }
        verdict.since().ifPresent(epoch -> document.put("since_epoch", epoch));
        verdict.best().ifPresent(best -> {
            document.put("best_epoch", best.epoch());
            document.put("best_by", best.rewards());
            document.put("best_equal_to", best.equal());
            document.put("best_not_told_apart_from", best.close());
        });
        document.put("explanation", verdict.explanation());
        verdict.proxy().ifPresent(proxy -> document.put("training_reward", series(proxy)));
        document.put(
                "held_out",
                verdict.heldOut().stream().map(VerdictDocument::series).toList());
        document.put(
                "logged", verdict.logged().stream().map(VerdictDocument::series).toList());
        document.put(
                "bounds", verdict.bounds().stream().map(VerdictDocument::of).toList());
        verdict.heldOutScore().ifPresent(score -> document.put("held_out_score", series(score)));
        verdict.gold().ifPresent(gold -> document.put("gold", series(gold)));
        document.put(
                "signs", verdict.signs().stream().map(VerdictDocument::series).toList());
        document.put(
                "alarms", verdict.alarms().stream().map(VerdictDocument::of).toList());
        document.put(
                "independence",
                verdict.independence().stream().map(VerdictDocument::of).toList());
        document.put("notes", verdict.notes());
        return document;
    }

    private static Map<String, Object> of(EvaluatedBound bound) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("reward", bound.reward());
        document.put("bound", bound.bound());
        document.put("evaluated", bound.evaluated().mean());
        document.put("held", bound.held());
        return document;
    }

    private static Map<String, Object> of(Independence known) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("reward", known.reward());
        document.put("same_weights", known.sharedFiles());
        document.put("same_data", known.sharedData());
        known.correlation().ifPresent(r -> document.put("correlation", r));
        document.put("weight", known.weight());
        return document;
    }

    private static Map<String, Object> of(Alarm alarm) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("kind", alarm.kind().shown());
        document.put("name", alarm.name());
        document.put("epochs", alarm.epochs());
        alarm.since().ifPresent(epoch -> document.put("since_epoch", epoch));
        document.put("sentence", alarm.sentence());
        return document;
    }

    /** What two runs keep of the truth at the same training reward. */
    static Map<String, Object> of(AtEqualReward compared) {
        List<Object> levels = new ArrayList<>();
        for (AtEqualReward.Level level : compared.levels()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("reward", level.reward());
            one.put("own", crossing(level.own()));
            one.put("other", crossing(level.other()));
            one.put("difference", estimate(level.difference()));
            levels.add(one);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("truth", compared.truth());
        document.put("levels", levels);
        compared.without().ifPresent(reason -> document.put("no_levels", reason));
        document.put("notes", compared.notes());
        return document;
    }

    /** One of several runs. */
    static Map<String, Object> of(RunsBeside.Run run) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("run", run.name());
        document.put("algorithm", run.algorithm());
        document.put("seed", run.seed());
        document.put("epochs", run.epochs());
        document.put("verdict", of(run.verdict()));
        return document;
    }

    /** Runs that differ in their seeds only. */
    static Map<String, Object> of(RunsBeside.Seeds seeds) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("algorithm", seeds.algorithm());
        document.put("runs", seeds.runs().stream().map(RunsBeside.Run::name).toList());
        seeds.reward().ifPresent(reward -> document.put("training_reward", estimate(reward)));
        seeds.truth().ifPresent(truth -> document.put("truth", estimate(truth)));
        return document;
    }

    private static Map<String, Object> series(SeriesSummary series) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", series.name());
        document.put("before", estimate(series.before()));
        document.put("after", estimate(series.after()));
        document.put("change", estimate(series.change()));
        return document;
    }

    private static Map<String, Object> crossing(AtEqualReward.Crossing crossing) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("epoch", crossing.epoch());
        document.put("truth", crossing.truth());
        return document;
    }

    private static Map<String, Object> estimate(Estimate estimate) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("mean", estimate.mean());
        document.put("interval_95", List.of(estimate.lower(), estimate.upper()));
        document.put("samples", estimate.samples());
        return document;
    }
}
