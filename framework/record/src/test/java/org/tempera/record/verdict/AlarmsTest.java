package org.tempera.record.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.tempera.record.metrics.Sample;
import org.tempera.record.metrics.ScoreNames;
import org.testng.annotations.Test;

public class AlarmsTest {
    private static final int PICTURES = 64;
    private static final double DEVIATION = 0.1;

    /** Shifts of saturation, in deviations between pictures, by evaluation. */
    @Test
    public void aStatisticMayChangeByAsMuchAsPicturesDiffer() {
        List<Alarm> alarms = Alarms.of(evaluations(Map.of("saturation", new double[] {0, 1.2, 3, -3, 3})));
        assertThat(alarms).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo(Alarm.Kind.STATISTICS);
            assertThat(alarm.name()).isEqualTo("saturation");
            assertThat(alarm.epochs()).as("a fall counts, too").containsExactly(20, 30, 40);
            assertThat(alarm.first()).isEqualTo(20);
            assertThat(alarm.since()).hasValue(20);
            assertThat(alarm.sentence())
                    .startsWith("Alarm since epoch 20: saturation changed by +")
                    .contains(" before training, when pictures deviated by 0.1");
        });
    }

    @Test
    public void anAlarmThatIsOverIsToldAsSuch() {
        Alarm alarm = Alarms.of(evaluations(Map.of("dark_share", new double[] {0, 3, 0, 3, 0})))
                .get(0);
        assertThat(alarm.since()).isEqualTo(OptionalInt.empty());
        assertThat(alarm.sentence()).startsWith("Alarm at epochs 10, 30, not at the last: dark share changed by ");
    }

    /** From a mean of 1: up by half of it, and down as far as it likes. */
    @Test
    public void steepnessMayRiseByHalf() {
        assertThat(Alarms.of(evaluations(Map.of("steepness", new double[] {0, 4, 6, -9, 6}))))
                .singleElement()
                .satisfies(alarm -> {
                    assertThat(alarm.kind()).isEqualTo(Alarm.Kind.STEEPNESS);
                    assertThat(alarm.epochs()).containsExactly(20, 40);
                    assertThat(alarm.since()).hasValue(40);
                });
    }

    /** Six statistics that stay where they are, in as many runs of noise, ring in none. */
    @Test
    public void noiseRaisesNoAlarm() {
        Map<String, double[]> still = new HashMap<>();
        for (String name : List.of("a", "b", "c", "d", "e", "f", "steepness")) {
            still.put(name, new double[5]);
        }
        for (int seed = 0; seed < 50; seed++) {
            assertThat(Alarms.of(evaluations(still, seed))).isEmpty();
        }
    }

    /** A run that went on from one of a version that logged no signs has nothing to compare them with. */
    @Test
    public void withoutABeginningThereIsNoAlarm() {
        List<Sample> samples = samples(Map.of("saturation", new double[] {0, 9}), 1);
        List<Sample> cut = samples.stream()
                .map(s -> s.epoch() > 0
                        ? s
                        : new Sample(s.epoch(), s.phase(), s.index(), s.prompt(), s.seed(), s.rewards(), s.ruler()))
                .toList();
        assertThat(Alarms.of(of(samples))).hasSize(1);
        assertThat(Alarms.of(of(cut))).isEmpty();
    }

    /** A log may be somebody else's: as many series as it has names would take all memory. */
    @Test
    public void onlySoManySignsAreTaken() {
        Map<String, double[]> many = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("sign" + i, new double[2]);
        }
        assertThat(evaluations(many).signs()).hasSize(64);
    }

    @Test
    public void theHeldOutScoresFallIsAnAlarmOfItsOwn() {
        List<Sample> samples = new ArrayList<>();
        double[] shift = {0, 1, 0.9, 0.2};
        for (int e = 0; e < shift.length; e++) {
            Random random = new Random(e);
            for (int i = 0; i < PICTURES; i++) {
                double score = i % 8 + shift[e] + 0.3 * random.nextGaussian();
                samples.add(new Sample(
                        e,
                        Sample.Phase.EVALUATION,
                        i,
                        "cat",
                        1,
                        new TreeMap<>(Map.of(ScoreNames.TRAINING, 0.0 + e, "judge", score))));
            }
        }
        RunVerdict verdict = RunVerdict.of(
                Evaluations.of(samples, ScoreNames.TRAINING, List.of("judge"), List.of(), Optional.empty()));
        assertThat(verdict.alarms()).singleElement().satisfies(alarm -> {
            assertThat(alarm.kind()).isEqualTo(Alarm.Kind.HELD_OUT);
            assertThat(alarm.epochs()).containsExactly(3);
            assertThat(alarm.sentence())
                    .startsWith("Alarm since epoch 3: the held-out score changed by -")
                    .endsWith(" from its best, at epoch 1.");
        });
        assertThat(verdict.lines()).contains("alarms           held-out score since epoch 3");
    }

    private static Evaluations evaluations(Map<String, double[]> shifts) {
        return evaluations(shifts, 1);
    }

    private static Evaluations evaluations(Map<String, double[]> shifts, long seed) {
        return of(samples(shifts, seed));
    }

    private static Evaluations of(List<Sample> samples) {
        return Evaluations.of(samples, ScoreNames.TRAINING, List.of(), List.of(), Optional.empty());
    }

    /** Signs around 1 whose pictures deviate, and whose evaluations have some noise of their own. */
    private static List<Sample> samples(Map<String, double[]> shifts, long seed) {
        Random random = new Random(seed);
        double[] picture = random.doubles(PICTURES, -1.7, 1.7).toArray();
        List<Sample> samples = new ArrayList<>();
        int evaluations = shifts.values().iterator().next().length;
        for (int e = 0; e < evaluations; e++) {
            for (int i = 0; i < PICTURES; i++) {
                TreeMap<String, Double> signs = new TreeMap<>();
                for (Map.Entry<String, double[]> s : shifts.entrySet()) {
                    double off = picture[i] + s.getValue()[e] + 0.5 * random.nextGaussian();
                    signs.put(s.getKey(), 1 + DEVIATION * off);
                }
                samples.add(new Sample(
                        10 * e,
                        Sample.Phase.EVALUATION,
                        i,
                        "cat",
                        1,
                        new TreeMap<>(Map.of(ScoreNames.TRAINING, 0.5)),
                        Optional.empty(),
                        signs));
            }
        }
        return samples;
    }
}
