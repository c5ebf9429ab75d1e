package org.tempera.record.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.stat.StatUtils;
import org.tempera.record.verdict.Alarm;
import org.tempera.record.verdict.Alarms;

/**
 * What runs were watched for, each by its own rewards and signs, and whether its alarm came before {@linkplain
 * TruthLoss the truth was lost}.
 *
 * @param name of the score or sign that raised it
 * @param runs in how many runs it was raised
 * @param watched how many runs were watched for it
 * @param first when it was raised first; empty where it was raised in none
 * @param against the truth; empty where no run can tell, or the held-out score, whose alarm it is, is the truth itself
 */
public record SeedAlarm(
        Alarm.Kind kind, String name, int runs, int watched, Optional<First> first, Optional<Against> against) {
    /**
     * When an alarm was raised first.
     *
     * @param epoch median over the runs in which it was raised; of an even number the earlier in the middle
     * @param earliest of them
     * @param latest of them
     */
    public record First(double epoch, int earliest, int latest) {
        /** The epochs for people, such as {@code 8 (8 to 12)}. */
        public String epochs() {
            return ComparisonText.range(epoch, earliest, latest);
        }
    }

    /**
     * An alarm against the truth, by runs.
     *
     * @param inTime raised before the truth was lost, or at that evaluation
     * @param late raised later
     * @param missed not raised though the truth was lost
     * @param falsely raised though the truth was not lost
     * @param kept all whose truth was not lost
     * @param undated all that lost the truth without having clearly gained before, and count for nothing else
     */
    public record Against(int inTime, int late, int missed, int falsely, int kept, int undated) {
        /** All that lost the truth after a clear gain. */
        public int lost() {
            return inTime + late + missed;
        }

        private Against and(Against one) {
            return new Against(
                    inTime + one.inTime,
                    late + one.late,
                    missed + one.missed,
                    falsely + one.falsely,
                    kept + one.kept,
                    undated + one.undated);
        }

        /** That of one run. */
        private static Against of(TruthLoss loss, Optional<Alarm> alarm) {
            if (!loss.isLost()) {
                return new Against(0, 0, 0, alarm.isPresent() ? 1 : 0, 1, 0);
            }
            if (loss.since().isEmpty()) {
                return new Against(0, 0, 0, 0, 0, 1);
            }
            if (alarm.isEmpty()) {
                return new Against(0, 0, 1, 0, 0, 0);
            }
            boolean inTime = alarm.get().first() <= loss.since().getAsInt();
            return new Against(inTime ? 1 : 0, inTime ? 0 : 1, 0, 0, 0, 0);
        }
    }

    /** All that runs were watched for: what was raised first, in the order in which it was. */
    static List<SeedAlarm> of(List<ComparedRun> runs) {
        Map<String, Map<String, Alarm>> byName = new LinkedHashMap<>();
        Map<String, Alarm.Kind> kinds = new LinkedHashMap<>();
        Map<String, TruthLoss> losses = new LinkedHashMap<>();
        for (ComparedRun run : runs) {
            run.verdict().ifPresent(v -> v.alarms().forEach(a -> {
                kinds.putIfAbsent(a.name(), a.kind());
                byName.computeIfAbsent(a.name(), n -> new LinkedHashMap<>()).put(run.name(), a);
            }));
            TruthLoss.of(run.evaluations()).ifPresent(loss -> losses.put(run.name(), loss));
        }
        runs.forEach(run -> watched(run).forEach(kinds::putIfAbsent));
        return kinds.entrySet().stream()
                .map(of -> of(
                        of.getValue(),
                        of.getKey(),
                        runs.stream()
                                .filter(r -> watched(r).containsKey(of.getKey()))
                                .toList(),
                        byName.getOrDefault(of.getKey(), Map.of()),
                        losses))
                .toList();
    }

    private static Map<String, Alarm.Kind> watched(ComparedRun run) {
        return run.verdict().map(Alarms::watched).orElse(Map.of());
    }

    private static SeedAlarm of(
            Alarm.Kind kind,
            String name,
            List<ComparedRun> watched,
            Map<String, Alarm> raised,
            Map<String, TruthLoss> losses) {
        Optional<Against> against = Optional.empty();
        List<Integer> first = new ArrayList<>();
        for (ComparedRun run : watched) {
            Optional<Alarm> alarm = Optional.ofNullable(raised.get(run.name()));
            alarm.ifPresent(a -> first.add(a.first()));
            boolean isTheTruth =
                    kind == Alarm.Kind.HELD_OUT && run.evaluations().gold().isEmpty();
            Optional<Against> one = Optional.ofNullable(losses.get(run.name()))
                    .filter(loss -> !isTheTruth)
                    .map(loss -> Against.of(loss, alarm));
            against = against.isPresent() ? against.map(a -> one.map(a::and).orElse(a)) : one;
        }
        double[] epochs = first.stream().mapToDouble(Integer::doubleValue).toArray();
        return new SeedAlarm(
                kind,
                name,
                raised.size(),
                watched.size(),
                first.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new First(
                                Judgement.middle(epochs), (int) StatUtils.min(epochs), (int) StatUtils.max(epochs))),
                against);
    }

    /** Whether there is anything to tell: it was raised, or was silent though the truth was lost. */
    public boolean isTold() {
        return runs > 0 || against.filter(a -> a.missed() > 0).isPresent();
    }
}
