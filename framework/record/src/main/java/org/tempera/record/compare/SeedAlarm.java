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
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.Fall;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.ScoreSeries;

/**
 * An alarm in the runs of a group, and whether it came before the truth was lost. The truth is <em>lost</em> from the
 * first evaluation on from which all are below its best by more than 5 % of what it had gained; only where its fall is
 * clear at the end, as a verdict has it.
 *
 * @param name of the score or sign that raised it
 * @param runs in how many runs it was raised
 * @param epoch median over these of when it was raised first
 * @param earliest of them
 * @param latest of them
 * @param inTime in how many runs it was raised before the truth was lost, or at that evaluation
 * @param late in how many runs it was raised later
 * @param falsely in how many runs it was raised whose truth was not lost
 * @param missed in how many runs the truth was lost without it
 */
public record SeedAlarm(
        Alarm.Kind kind,
        String name,
        int runs,
        double epoch,
        int earliest,
        int latest,
        int inTime,
        int late,
        int falsely,
        int missed) {
    /** Share of the truth's gain that is worth a warning. */
    private static final double LOSS = 0.05;

    /** The alarms of a group's runs, by name. */
    static List<SeedAlarm> of(List<ComparedRun> runs) {
        Map<String, Map<String, Alarm>> byName = new LinkedHashMap<>();
        runs.forEach(run -> run.verdict()
                .ifPresent(v -> v.alarms().forEach(a -> byName.computeIfAbsent(a.name(), n -> new LinkedHashMap<>())
                        .put(run.name(), a))));
        return byName.values().stream().map(raised -> of(runs, raised)).toList();
    }

    private static SeedAlarm of(List<ComparedRun> runs, Map<String, Alarm> raised) {
        int inTime = 0;
        int late = 0;
        int falsely = 0;
        int missed = 0;
        List<Integer> first = new ArrayList<>();
        for (ComparedRun run : runs) {
            OptionalInt lost = lost(run.evaluations());
            Optional<Alarm> alarm = Optional.ofNullable(raised.get(run.name()));
            if (alarm.isEmpty()) {
                missed += lost.isPresent() ? 1 : 0;
                continue;
            }
            first.add(alarm.get().first());
            if (lost.isEmpty()) {
                falsely++;
            } else if (alarm.get().first() <= lost.getAsInt()) {
                inTime++;
            } else {
                late++;
            }
        }
        double[] epochs = first.stream().mapToDouble(Integer::doubleValue).toArray();
        Alarm any = raised.values().iterator().next();
        return new SeedAlarm(
                any.kind(),
                any.name(),
                raised.size(),
                StatUtils.percentile(epochs, 50),
                (int) StatUtils.min(epochs),
                (int) StatUtils.max(epochs),
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

    /** For people, such as {@code saturation in 3 runs from epoch 8 (8 to 12), in time in 2 of 3}. */
    @Override
    public String toString() {
        int lost = inTime + late + missed;
        return name.replace('_', ' ') + " in " + runs + (runs == 1 ? " run" : " runs") + " from epoch "
                + ComparisonText.range(epoch, earliest, latest)
                + (lost == 0 ? "" : ", in time in " + inTime + " of " + lost)
                + (falsely == 0 ? "" : ", falsely in " + falsely);
    }
}
