package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.math3.stat.StatUtils;
import org.tempera.record.verdict.Alarm;
import org.tempera.record.verdict.Alarms;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.Fall;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.ScoreSeries;

/**
 * What the runs of a group were watched for, and whether its alarm came before the truth was lost. The truth is
 * <em>lost</em> from the first evaluation on from which all are below its best by more than 5 % of what it had gained;
 * only where its fall is clear at the end, as a verdict has it. Where the held-out score is the truth, its own alarm is
 * not held against it: {@code inTime}, {@code late}, {@code falsely} and {@code missed} are 0.
 *
 * @param name of the score or sign that raised it
 * @param runs in how many runs it was raised
 * @param first when it was raised first in these; empty where it was raised in none
 * @param inTime in how many runs it was raised before the truth was lost, or at that evaluation
 * @param late in how many runs it was raised later
 * @param falsely in how many runs it was raised whose truth was not lost
 * @param missed in how many runs the truth was lost without it
 */
public record SeedAlarm(
        Alarm.Kind kind, String name, int runs, Optional<First> first, int inTime, int late, int falsely, int missed) {
    /** Share of the truth's gain that is worth a warning. */
    private static final double LOSS = 0.05;

    /**
     * When an alarm was raised first.
     *
     * @param epoch median over the runs in which it was raised
     * @param earliest of them
     * @param latest of them
     */
    public record First(double epoch, int earliest, int latest) {
        /** The epochs for people, such as {@code 8 (8 to 12)}. */
        public String epochs() {
            return ComparisonText.range(epoch, earliest, latest);
        }
    }

    /** All that a group's runs were watched for: what was raised first, in the order in which it was. */
    static List<SeedAlarm> of(List<ComparedRun> runs) {
        Map<String, Map<String, Alarm>> byName = new LinkedHashMap<>();
        Map<String, Alarm.Kind> kinds = new LinkedHashMap<>();
        for (ComparedRun run : runs) {
            run.verdict().ifPresent(v -> v.alarms().forEach(a -> {
                kinds.putIfAbsent(a.name(), a.kind());
                byName.computeIfAbsent(a.name(), n -> new LinkedHashMap<>()).put(run.name(), a);
            }));
        }
        runs.forEach(run -> Alarms.watched(run.evaluations()).forEach(kinds::putIfAbsent));
        return kinds.entrySet().stream()
                .map(of -> of(of.getValue(), of.getKey(), runs, byName.getOrDefault(of.getKey(), Map.of())))
                .toList();
    }

    private static SeedAlarm of(Alarm.Kind kind, String name, List<ComparedRun> runs, Map<String, Alarm> raised) {
        int inTime = 0;
        int late = 0;
        int falsely = 0;
        int missed = 0;
        List<Integer> first = new ArrayList<>();
        for (ComparedRun run : runs) {
            Optional<Alarm> alarm = Optional.ofNullable(raised.get(run.name()));
            alarm.ifPresent(a -> first.add(a.first()));
            if (kind == Alarm.Kind.HELD_OUT && run.evaluations().gold().isEmpty()) {
                continue;
            }
            OptionalInt lost = lost(run.evaluations());
            if (alarm.isEmpty()) {
                missed += lost.isPresent() ? 1 : 0;
            } else if (lost.isEmpty()) {
                falsely++;
            } else if (alarm.get().first() <= lost.getAsInt()) {
                inTime++;
            } else {
                late++;
            }
        }
        double[] epochs = first.stream().mapToDouble(Integer::doubleValue).toArray();
        return new SeedAlarm(
                kind,
                name,
                raised.size(),
                first.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new First(StatUtils.percentile(epochs, 50), (int) StatUtils.min(epochs), (int)
                                StatUtils.max(epochs))),
                inTime,
                late,
                falsely,
                missed);
    }

    /** The epoch from whose evaluation on the truth was lost; empty if it was not. */
    static OptionalInt lost(Evaluations evaluations) {
        if (evaluations.truth().isEmpty() || evaluations.epochs().size() < 2) {
            return OptionalInt.empty();
        }
        ScoreSeries truth = evaluations.truth().get();
        double[] means = truth.means();
        int last = means.length - 1;
        int best = 0;
        for (int e = 1; e < last; e++) {
            best = means[e] > means[best] ? e : best;
        }
        Fall fall = Fall.of(truth.scores().get(best), truth.scores().get(last), last);
        double least = means[best] - LOSS * (means[best] - means[0]);
        if (fall.change().samples() < RunVerdict.MIN_PAIRS || !fall.isClear() || !(means[last] < least)) {
            return OptionalInt.empty();
        }
        int since = last;
        while (since - 1 > best && Arrays.stream(means, since - 1, last).allMatch(m -> m < least)) {
            since--;
        }
        return OptionalInt.of(evaluations.epochs().get(since));
    }

    /** For people, such as {@code saturation in 3 runs from epoch 8 (8 to 12), in time in 2, late in 1}. */
    @Override
    public String toString() {
        return name.replace('_', ' ') + " in " + runs + (runs == 1 ? " run" : " runs")
                + first.map(f -> " from epoch " + f.epochs()).orElse("")
                + counted("in time", inTime)
                + counted("late", late)
                + counted("falsely", falsely)
                + counted("missed", missed);
    }

    private static String counted(String how, int count) {
        return count == 0 ? "" : ", " + how + " in " + count;
    }
}
