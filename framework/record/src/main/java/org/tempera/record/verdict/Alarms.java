package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tempera.record.metrics.SignNames;

/**
 * Finds what speaks of over-optimisation in evaluations, each by what was known when it was made: a run is told the
 * same while it goes on as after it.
 */
public final class Alarms {
    private static final String HELD_OUT = "held-out score";

    private Alarms() {}

    /**
     * What one evaluation shows.
     *
     * @param name of the score or sign
     * @param words what it did, such as {@code saturation changed by ...}
     */
    public record Raised(Alarm.Kind kind, String name, String words) {}

    /**
     * The held-out score's fall.
     *
     * @param best the best evaluation's scores before, {@code [sample]}
     * @param bestEpoch its epoch
     * @param now the present ones, of the same samples
     * @param before how many evaluations there were, at least 1
     */
    public static Optional<Raised> ofHeldOut(double[] best, int bestEpoch, double[] now, int before) {
        Fall fall = Fall.of(best, now, before);
        return fall.isClear()
                ? Optional.of(new Raised(
                        Alarm.Kind.HELD_OUT,
                        HELD_OUT,
                        "the held-out score changed by " + fall.change().signed() + " from its best, at epoch "
                                + bestEpoch))
                : Optional.empty();
    }

    /**
     * The signs that have changed.
     *
     * @param base before training, {@code [picture]} by sign
     * @param now of the same prompts and noise; signs that one of the two lacks are passed over
     * @param before how many evaluations there were, at least 1
     */
    public static List<Raised> ofSigns(Map<String, double[]> base, Map<String, double[]> now, int before) {
        SortedMap<String, double[]> both = new TreeMap<>(now);
        // An evaluator of an embedder's may draw other pictures now and then: these make no pairs.
        both.entrySet().removeIf(s -> {
            double[] first = base.get(s.getKey());
            return first == null || first.length != s.getValue().length;
        });
        int statistics = both.size() - (both.containsKey(SignNames.STEEPNESS) ? 1 : 0);
        List<Raised> raised = new ArrayList<>();
        both.forEach((name, present) -> {
            double[] first = base.getOrDefault(name, present);
            boolean steep = kind(name) == Alarm.Kind.STEEPNESS;
            double allowed = steep ? Drift.allowedOfSteepness(first) : Drift.allowedOfStatistic(first);
            if (Drift.isWithin(first, present, allowed)) {
                return; // an interval takes longer than a mean
            }
            if (steep) {
                Drift drift = Drift.ofSteepness(first, present, before);
                if (drift.isClear()) {
                    raised.add(new Raised(
                            Alarm.Kind.STEEPNESS,
                            name,
                            "the training reward's steepness changed by "
                                    + drift.change().signed() + " from " + mean(first) + " before training"));
                }
            } else {
                Drift drift = Drift.ofStatistic(first, present, before, statistics);
                if (drift.isClear()) {
                    raised.add(new Raised(
                            Alarm.Kind.STATISTICS,
                            name,
                            name.replace('_', ' ') + " changed by "
                                    + drift.change().signed() + " from " + mean(first)
                                    + " before training, when pictures deviated by "
                                    + Estimate.number(Estimate.deviation(first))));
                }
            }
        });
        return raised;
    }

    /** What a sign is. */
    public static Alarm.Kind kind(String sign) {
        return sign.equals(SignNames.STEEPNESS) ? Alarm.Kind.STEEPNESS : Alarm.Kind.STATISTICS;
    }

    /** What a run was watched for, by the names that alarms have. */
    public static Map<String, Alarm.Kind> watched(RunVerdict verdict) {
        Map<String, Alarm.Kind> watched = new LinkedHashMap<>();
        if (verdict.best().isPresent()) {
            watched.put(HELD_OUT, Alarm.Kind.HELD_OUT);
        }
        verdict.signs().forEach(s -> watched.put(s.name(), kind(s.name())));
        return watched;
    }

    private static String mean(double[] numbers) {
        return Estimate.number(Estimate.mean(numbers));
    }

    /** Every alarm of a run, the first first. */
    public static List<Alarm> of(Evaluations evaluations) {
        List<Integer> epochs = evaluations.epochs();
        Map<String, double[]> base = signs(evaluations, 0);
        Optional<ScoreSeries> heldOut = evaluations.heldOutScore();
        Map<String, SortedMap<Integer, Raised>> byName = new LinkedHashMap<>();
        int peak = 0;
        for (int e = 1; e < epochs.size(); e++) {
            List<Raised> raised = new ArrayList<>(ofSigns(base, signs(evaluations, e), e));
            int now = e;
            if (heldOut.isPresent()) {
                ScoreSeries score = heldOut.get();
                peak = ScoreSeries.isBetter(score.mean(e - 1), score.mean(peak)) ? e - 1 : peak;
                ofHeldOut(
                                score.scores().get(peak),
                                epochs.get(peak),
                                score.scores().get(e),
                                e)
                        .ifPresent(raised::add);
            }

            raised.forEach(
                    r -> byName.computeIfAbsent(r.name(), n -> new TreeMap<>()).put(now, r));
        }
        return byName.values().stream().map(raised -> alarm(raised, epochs)).toList();
    }

    private static Map<String, double[]> signs(Evaluations evaluations, int evaluation) {
        return evaluations.signs().stream()
                .filter(s -> evaluation < s.evaluations())
                .collect(Collectors.toMap(ScoreSeries::name, s -> s.scores().get(evaluation)));
    }

    /** @param raised by evaluation */
    private static Alarm alarm(SortedMap<Integer, Raised> raised, List<Integer> epochs) {
        int since = epochs.size();
        while (raised.containsKey(since - 1)) {
            since--;
        }
        Raised latest =
                raised.values().stream().reduce((first, second) -> second).orElseThrow();
        OptionalInt stands = since < epochs.size() ? OptionalInt.of(epochs.get(since)) : OptionalInt.empty();
        List<Integer> shown = raised.keySet().stream().map(epochs::get).toList();
        return new Alarm(
                latest.kind(),
                latest.name(),
                shown,
                stands,
                "Alarm " + Alarm.when(shown, stands) + ": " + latest.words() + ".");
    }
}
