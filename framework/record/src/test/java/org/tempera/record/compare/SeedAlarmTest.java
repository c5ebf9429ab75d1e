package org.tempera.record.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.metrics.Sample;
import org.tempera.record.run.RunFacts;
import org.tempera.record.verdict.Alarm;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.RunVerdict;
import org.testng.annotations.Test;

/** What runs were warned of, and what they took for their best, each by itself. */
public class SeedAlarmTest {
    private static final double[] RISE = {0, 1, 2, 3};
    private static final double[] TURNING = {.6, .7, .6, .4};
    private static final double[] HOLDING = {.6, .7, .75, .8};

    private static ProxyComparison compared(List<RunRecord> runs) {
        return Comparison.of(runs).proxies().get(0);
    }

    private static SeedAlarm alarm(List<SeedAlarm> alarms, String name) {
        return alarms.stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow();
    }

    private static Optional<SeedAlarm.First> first(double epoch, int earliest, int latest) {
        return Optional.of(new SeedAlarm.First(epoch, earliest, latest));
    }

    /**
     * Two rewards are held out, and one group has a constraint on the other. Its fall, twice as large as what careful
     * gains by epoch 4, rings there in the runs that hold it out, whose best is before training; by careful alone it
     * would ring at epoch 8, and epoch 4 would be best.
     */
    @Test
    public void alarmsAndBestCheckpointsAreByWhatARunHoldsOutItself() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            for (String algorithm : List.of("ddpo", "constrained")) {
                runs.add(MadeRecords.of(algorithm, seed)
                        .scatter(0)
                        .curves(RISE, TURNING)
                        .other(algorithm.equals("ddpo") ? RunFacts.HELD_OUT : RunFacts.CONSTRAINT, .6, .4, .2, 0)
                        .make());
            }
        }
        ProxyComparison compared = compared(runs);
        assertThat(compared.notes())
                .contains(
                        "Not every run holds out other, which therefore judges none of them. What a run was warned of,"
                                + " and which checkpoint it takes for the best, is told by all that it holds out"
                                + " itself.");
        GroupVerdict both = compared.groups().get(0).verdict();
        assertThat(alarm(both.alarms(), "held-out score").first()).isEqualTo(first(4, 4, 4));
        assertThat(both.best()).contains(new GroupVerdict.Best(0, 0, 0, 0));
        assertThat(both.explanation()).contains("Best checkpoint by each run's own held-out score: epoch 0.");
        assertThat(both.advice())
                .contains("By its own held-out score no checkpoint of a run is better than the model before training.");
        GroupVerdict one = compared.groups().get(1).verdict();
        assertThat(alarm(one.alarms(), "held-out score").first()).isEqualTo(first(8, 8, 8));
        assertThat(one.best()).contains(new GroupVerdict.Best(4, 4, 4, 0));
        assertThat(one.advice().get(0))
                .isEqualTo(
                        "Take the checkpoint that each run's own held-out score chose, of about epoch 4, by when gold"
                                + " has changed by +0.100 [+0.100, +0.100]: export takes it.");
        assertThat(compared.groups()).as("judged alike, by careful").allSatisfy(g -> assertThat(
                        g.curves(Measure.Kind.HELD_OUT, Axis.EPOCHS))
                .extracting(c -> c.measure().name())
                .containsExactly("careful"));
    }

    /** Of two seeds, warned at epochs 4 and 12, with their best at 0 and 4, none was evaluated half way. */
    @Test
    public void aMedianIsAnEpochThatWasEvaluated() {
        GroupVerdict verdict = compared(List.of(
                        MadeRecords.of("ddpo", 1)
                                .scatter(0)
                                .curves(RISE, new double[] {.6, .4, .3, .2})
                                .saturation(.3, .6, .6, .6)
                                .make(),
                        MadeRecords.of("ddpo", 2)
                                .scatter(0)
                                .curves(RISE, new double[] {.6, .7, .69, .2})
                                .saturation(.3, .3, .3, .6)
                                .make()))
                .groups()
                .get(0)
                .verdict();
        assertThat(alarm(verdict.alarms(), "saturation").first()).isEqualTo(first(4, 4, 12));
        assertThat(verdict.best()).contains(new GroupVerdict.Best(0, 0, 4, 0));
        assertThat(verdict.since()).contains(new GroupVerdict.Onset(4, 4, 8, 6 * 96));
    }

    /** Gold is best at epoch 4 and lost at the end, whether or not it was known at the first evaluation. */
    @Test
    public void anEvaluationWithoutATruthIsNotItsBest() {
        RunRecord whole = MadeRecords.of("ddpo", 1)
                .curves(RISE, new double[] {.6, 1.1, .9, .4})
                .make();
        RunRecord failed = whole.with(whole.evaluated().stream()
                .map(s -> s.epoch() == 0 ? withoutGold(s) : s)
                .toList());
        Evaluations evaluations =
                compared(List.of(failed)).groups().get(0).runs().get(0).evaluations();
        assertThat(evaluations.truth().orElseThrow().mean(0)).isNaN();
        assertThat(TruthLoss.of(evaluations)).hasValueSatisfying(loss -> {
            assertThat(loss.isLost()).isTrue();
            assertThat(loss.since()).as("what it had gained is not known").isEmpty();
        });
    }

    /** One of two held-out rewards rises with what is exploited, and outweighs the other. */
    @Test
    public void aCheckpointThatTheTruthIsLostAtIsNotAdvised() {
        List<RunRecord> runs = new ArrayList<>();
        for (int seed = 1; seed <= 5; seed++) {
            runs.add(MadeRecords.of("ddpo", seed)
                    .curves(RISE, new double[] {.6, 1.1, .9, .3})
                    .other(RunFacts.HELD_OUT, 0, 5, 10, 15)
                    .make());
        }
        GroupVerdict verdict = compared(runs).groups().get(0).verdict();
        assertThat(verdict.answer()).isEqualTo(RunVerdict.Answer.YES);
        assertThat(verdict.best().orElseThrow().epoch()).isEqualTo(12);
        assertThat(verdict.advice().get(0))
                .startsWith("Do not trust each run's own held-out score: it chose about epoch 12,"
                        + " by when gold has changed by -0.294 [");
    }

    private static Sample withoutGold(Sample s) {
        SortedMap<String, Double> scores = new TreeMap<>(s.rewards());
        scores.put("gold", Double.NaN);
        return new Sample(s.epoch(), s.phase(), s.index(), s.prompt(), s.seed(), scores, s.ruler());
    }

    /** A record that keeps few samples tells of no alarm, and takes none from another that has all. */
    @Test
    public void alarmsAreOfAllSamplesThatARunHas() {
        RunRecord full = MadeRecords.of("ddpo", 1).saturation(.3, .6, .6, .6).make();
        RunRecord other = MadeRecords.of("ddpo", 2).saturation(.3, .6, .6, .6).make();
        RunRecord few = other.with(
                other.evaluated().stream().filter(s -> s.index() % 4 == 0).toList());
        SeedAlarm saturation =
                alarm(compared(List.of(full, few)).groups().get(0).verdict().alarms(), "saturation");
        assertThat(saturation.runs()).isEqualTo(1);
        assertThat(saturation.watched()).isEqualTo(2);
        assertThat(saturation.first()).isEqualTo(first(4, 4, 4));
        assertThat(saturation.against())
                .as("4 samples in common tell of no loss")
                .isEmpty();
    }

    /** Gold gains 0.1 until epoch 4 and is below that by epoch 8; careful, held out, falls with it. */
    @Test
    public void alarmsAreHeldAgainstTheTruth() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            runs.add(MadeRecords.of("ddpo", seed)
                    .curves(RISE, TURNING)
                    .saturation(.3, .31, seed == 1 ? .31 : .6, .7)
                    .make());
            runs.add(MadeRecords.of("tdpo", seed)
                    .curves(RISE, HOLDING)
                    .saturation(.3, .6, .6, .6)
                    .make());
        }
        ProxyComparison compared = compared(runs);
        GroupVerdict lost = compared.groups().get(0).verdict();
        assertThat(alarm(lost.alarms(), "saturation"))
                .isEqualTo(new SeedAlarm(
                        Alarm.Kind.STATISTICS,
                        "saturation",
                        3,
                        3,
                        first(8, 8, 12),
                        Optional.of(new SeedAlarm.Against(2, 1, 0, 0, 0, 0))));
        GroupVerdict kept = compared.groups().get(1).verdict();
        assertThat(kept.alarms())
                .containsExactly(
                        new SeedAlarm(
                                Alarm.Kind.STATISTICS,
                                "saturation",
                                3,
                                3,
                                first(4, 4, 4),
                                Optional.of(new SeedAlarm.Against(0, 0, 0, 3, 3, 0))),
                        new SeedAlarm(
                                Alarm.Kind.HELD_OUT,
                                "held-out score",
                                0,
                                3,
                                Optional.empty(),
                                Optional.of(new SeedAlarm.Against(0, 0, 0, 0, 3, 0))));
        assertThat(compared.groups().get(0).curves(Measure.Kind.PICTURE, Axis.EPOCHS))
                .hasSize(1);
        assertThat(Comparison.of(runs).alarmTables().get(0))
                .as("of all runs together")
                .startsWith(List.of(
                        "ALARM",
                        "IN",
                        "RAISED",
                        "FIRST AT EPOCH",
                        "IN TIME",
                        "LATE",
                        "MISSED",
                        "FALSELY",
                        "WITHOUT GAIN"))
                .contains(List.of(
                        "saturation", "all runs", "6 of 6", "4 (4 to 12)", "2 of 3", "1 of 3", "0 of 3", "3 of 3", "0"))
                .noneMatch(row -> row.contains("tdpo"));
        assertThat(Comparison.of(runs).alarmColumns().get(0))
                .startsWith("In time, late, missed: of the runs that lost gold, ")
                .doesNotContain("controls");
    }

    /** Gold that only falls has no gain of which 5 % could be lost: such a run tells nothing of an alarm's time. */
    @Test
    public void whereNothingWasGainedNoAlarmIsInTimeOrLate() {
        List<RunRecord> runs = new ArrayList<>();
        double[][] gold = {TURNING, TURNING, HOLDING, {.6, .5, .4, .3}};
        for (int i = 0; i < gold.length; i++) {
            runs.add(MadeRecords.of("ddpo", i + 1)
                    .scatter(0)
                    .curves(RISE, gold[i])
                    .saturation(.3, .6, .6, .6)
                    .make());
        }
        GroupVerdict verdict = compared(runs).groups().get(0).verdict();
        assertThat(alarm(verdict.alarms(), "saturation").against()).contains(new SeedAlarm.Against(2, 0, 0, 1, 1, 1));
        assertThat(Comparison.of(runs).alarmTables().get(0))
                .contains(
                        List.of("saturation", "all runs", "4 of 4", "4", "2 of 2", "0 of 2", "0 of 2", "1 of 1", "1"));
    }

    /** A steepness that stays as it is misses what is lost: silence counts, too. */
    @Test
    public void whatStaysSilentIsCounted() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            MadeRecords made = MadeRecords.of("ddpo", seed).curves(RISE, TURNING);
            runs.add((seed < 3 ? made.steepness(.3, .3, .3, .3) : made).make());
        }
        GroupVerdict verdict = compared(runs).groups().get(0).verdict();
        assertThat(alarm(verdict.alarms(), "steepness"))
                .as("of the runs in which it was measured")
                .isEqualTo(new SeedAlarm(
                        Alarm.Kind.STEEPNESS,
                        "steepness",
                        0,
                        2,
                        Optional.empty(),
                        Optional.of(new SeedAlarm.Against(0, 0, 2, 0, 0, 0))));
        assertThat(Comparison.of(runs).alarmTables().get(0))
                .contains(List.of("steepness", "all runs", "0 of 2", "-", "0 of 2", "0 of 2", "2 of 2", "-", "0"));
    }

    /** Controls follow no reward: what rings in them rings for wear. */
    @Test
    public void alarmsOfControlsStandByThemselves() {
        List<RunRecord> runs = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            runs.add(MadeRecords.of("ddpo", seed).curves(RISE, TURNING).make());
            runs.add(MadeRecords.of("ddpo", seed)
                    .scatter(0)
                    .curves(new double[] {0, 0, 0, 0}, new double[] {.6, .6, seed == 1 ? .6 : .5, seed == 1 ? .6 : .4})
                    .saturation(.3, .3, .6, .6)
                    .control()
                    .make());
        }
        Comparison comparison = Comparison.of(runs);
        ProxyComparison compared = comparison.proxies().get(0);
        SeedAlarm saturation = alarm(compared.alarmsOfControls(), "saturation");
        assertThat(saturation.against()).contains(new SeedAlarm.Against(0, 0, 0, 1, 1, 2));
        assertThat(compared.alarms()).extracting(SeedAlarm::name).containsExactly("held-out score");
        assertThat(comparison.alarmTables().get(0))
                .contains(List.of("saturation", "controls", "3 of 3", "8", "-", "-", "-", "1 of 1", "2"));
        assertThat(comparison.alarmColumns().get(0))
                .endsWith(" In controls, on random rewards, an alarm tells of wear and not of over-optimisation.");
        assertThat(ComparisonDocument.of(comparison).get("proxies"))
                .asInstanceOf(LIST)
                .singleElement()
                .extracting("alarms_of_controls")
                .asInstanceOf(LIST)
                .anySatisfy(a -> assertThat(a)
                        .asInstanceOf(MAP)
                        .containsEntry("name", "saturation")
                        .containsEntry("watched", 3)
                        .containsEntry("kept", 1)
                        .containsEntry("falsely", 1)
                        .containsEntry("lost_without_gain", 2));
    }
}
