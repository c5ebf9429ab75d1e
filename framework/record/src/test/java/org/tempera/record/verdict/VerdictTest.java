package org.tempera.record.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.tempera.record.metrics.Sample;
import org.tempera.record.verdict.RunVerdict.Answer;
import org.testng.annotations.Test;

public class VerdictTest {
    private static final List<Integer> EPOCHS = List.of(0, 10, 20, 30);

    /** Scores of {@code n} samples that keep their own level over the evaluations, around these means. */
    private static ScoreSeries series(String name, long seed, int n, double noise, double... means) {
        Random levels = new Random(17);
        double[] level = levels.doubles(n, -0.2, 0.2).toArray();
        Random random = new Random(seed);
        List<double[]> scores = new ArrayList<>();
        for (double mean : means) {
            double[] row = new double[n];
            for (int i = 0; i < n; i++) {
                row[i] = mean + level[i] + noise * random.nextGaussian();
            }
            scores.add(row);
        }
        return new ScoreSeries(name, scores);
    }

    private static Evaluations evaluations(ScoreSeries proxy, Optional<ScoreSeries> gold, ScoreSeries... heldOut) {
        return new Evaluations(EPOCHS, proxy, List.of(heldOut), List.of(), gold, Optional.empty());
    }

    private static final ScoreSeries RISING = series("train", 1, 48, 0.05, 0.2, 0.3, 0.4, 0.5);
    private static final ScoreSeries TURNING = series("gold", 2, 48, 0.05, 0.5, 0.6, 0.5, 0.4);
    private static final ScoreSeries LEVEL = series("gold", 3, 48, 0.05, 0.5, 0.5, 0.5, 0.5);

    @Test
    public void intervalIsStudents() {
        // Mean 3, deviation sqrt(2.5), t(4, 0.975) = 2.776445: half width 2.776445 * sqrt(2.5 / 5) = 1.963243.
        Estimate e = Estimate.ofMean(new double[] {1, 2, 3, 4, 5, Double.NaN}, 0.95);
        assertThat(e.mean()).isEqualTo(3);
        assertThat(e.upper() - e.mean()).isCloseTo(1.963243, within(1e-6));
        assertThat(e.samples()).isEqualTo(5);
        assertThat(Estimate.ofChange(new double[] {1, 2}, new double[] {2, Double.NaN}, 0.95)
                        .samples())
                .isEqualTo(1);
    }

    @Test
    public void proxyUpAndGoldBelowItsBestIsOverOptimised() {
        RunVerdict v = RunVerdict.of(evaluations(RISING, Optional.of(TURNING)));
        assertThat(v.overOptimised()).isEqualTo(Answer.YES);
        assertThat(v.since()).isEqualTo(OptionalInt.of(20));
        assertThat(v.explanation())
                .startsWith("Over-optimised: the training reward changed by +0.")
                .contains("from its best earlier value, at epoch 10")
                .endsWith("Without a control with random rewards, wear by the updates alone cannot be told apart.");
    }

    @Test
    public void aControlThatFellAsMuchTakesTheClaimAway() {
        Evaluations run = evaluations(RISING, Optional.of(TURNING));
        RunVerdict worn = RunVerdict.of(run.withControl(series("gold", 9, 48, 0.05, 0.5, 0.5, 0.45, 0.4)));
        assertThat(worn.overOptimised()).isEqualTo(Answer.NO);
        assertThat(worn.since()).isEmpty();
        assertThat(worn.explanation()).contains("wear by the updates alone may explain the fall");
        RunVerdict held = RunVerdict.of(run.withControl(series("gold", 9, 48, 0.05, 0.5, 0.5, 0.5, 0.5)));
        assertThat(held.overOptimised()).isEqualTo(Answer.YES);
        assertThat(held.explanation()).contains("against the control with random rewards gold differs by -0.");
    }

    @Test
    public void goldThatHoldsIsNotOverOptimised() {
        assertThat(RunVerdict.of(evaluations(RISING, Optional.of(LEVEL))).overOptimised())
                .isEqualTo(Answer.NO);
        assertThat(RunVerdict.of(evaluations(RISING, Optional.of(RISING))).overOptimised())
                .isEqualTo(Answer.NO);
    }

    @Test
    public void aControlThatIsNotAskedIsSaid() {
        Evaluations run = evaluations(RISING, Optional.of(LEVEL));
        assertThat(RunVerdict.of(run).notes()).isEmpty();
        assertThat(RunVerdict.of(run.withControl(LEVEL)).notes())
                .containsExactly("The control plays no part in this: it is asked only where the training reward rose"
                        + " and the truth fell.");
    }

    @Test
    public void aFallWithoutARiseIsWear() {
        RunVerdict v = RunVerdict.of(evaluations(LEVEL, Optional.of(TURNING)));
        assertThat(v.overOptimised()).isEqualTo(Answer.NO);
        assertThat(v.explanation())
                .startsWith("Nothing was optimised: the training reward changed by ")
                .contains(", which is no rise, so that nothing shows what a rise would cost; gold changed by -")
                .contains("worn");
        assertThat(v.nothingOptimised()).isTrue();
        assertThat(v.shownAnswer()).isEqualTo("no (no rise)");
        RunVerdict kept = RunVerdict.of(evaluations(RISING, Optional.of(RISING)));
        assertThat(kept.nothingOptimised()).isFalse();
        assertThat(kept.shownAnswer()).isEqualTo("no");
    }

    @Test
    public void saysWhenItCannotSay() {
        Evaluations noTruth = evaluations(RISING, Optional.empty());
        assertThat(RunVerdict.of(noTruth).overOptimised()).isEqualTo(Answer.CANNOT_SAY);
        Evaluations few =
                evaluations(series("t", 1, 7, 0.01, 0, 1, 2, 3), Optional.of(series("g", 1, 7, 0.01, 3, 2, 1, 0)));
        assertThat(RunVerdict.of(few).explanation())
                .isEqualTo("Cannot say: 7 samples are too few, at least 8 are needed.");
        Evaluations noisy = evaluations(
                series("t", 1, 12, 0.01, 0, 1, 2, 3), Optional.of(series("g", 5, 12, 1.0, 0.5, 0.6, 0.5, 0.3)));
        assertThat(RunVerdict.of(noisy).overOptimised()).isEqualTo(Answer.CANNOT_SAY);
        Evaluations one = new Evaluations(
                List.of(0),
                series("t", 1, 9, 0.1, 0),
                List.of(),
                List.of(),
                Optional.of(series("g", 1, 9, 0.1, 0)),
                Optional.empty());
        assertThat(RunVerdict.of(one).explanation()).isEqualTo("Cannot say: there is only one evaluation.");
    }

    @Test
    public void withoutGoldTheStandardisedHeldOutRewardsAreTheTruth() {
        ScoreSeries small = series("small", 4, 48, 0.05, 0.5, 0.6, 0.5, 0.4);
        List<double[]> scaled = small.scores().stream()
                .map(s -> Arrays.stream(s).map(x -> 1000 * x + 7).toArray())
                .toList();
        RunVerdict v = RunVerdict.of(evaluations(RISING, Optional.empty(), small, new ScoreSeries("big", scaled)));
        assertThat(v.overOptimised()).isEqualTo(Answer.YES);
        assertThat(v.bestEpoch()).isEqualTo(OptionalInt.of(10));
        assertThat(v.explanation()).contains("the held-out score changed by -");
    }

    @Test
    public void scaleDoesNotWeighInTheHeldOutScore() {
        HeldOutScore score =
                HeldOutScore.relativeTo(Map.of("a", new double[] {0, 1, 2}, "b", new double[] {0, 100, 200}));
        double[] now = score.bySample(Map.of("a", new double[] {1, 2, 3}, "b", new double[] {300, 100, Double.NaN}));
        assertThat(now[0]).isCloseTo((0 + 2) / 2.0, within(1e-12));
        assertThat(now[1]).isCloseTo((1 + 0) / 2.0, within(1e-12));
        assertThat(now[2]).isNaN();
    }

    @Test
    public void aBoundIsHeldAboveOrNotOrWithinTheNoise() {
        assertThat(new EvaluatedBound("size", -1.25, new Estimate(-1.5, -1.75, -1.375, 16)).toString())
                .isEqualTo("size -1.250: evaluated -1.500 [-1.750, -1.375], not held");
        assertThat(new EvaluatedBound("size", -1.625, new Estimate(-1.5, -1.75, -1.375, 16)).toString())
                .endsWith(", held, within the noise");
    }

    /** Such as where its scorer was away: nobody knows whether it was held. */
    @Test
    public void ofABoundThatWasNotMeasuredNothingIsSaid() {
        ScoreSeries size = series("size", 4, 48, 0.05, 0.1, 0.5, 0.9, 0.2);
        ScoreSeries away = series("away", 5, 48, 0.05, 0.1, 0.5, 0.9, Double.NaN);
        Evaluations evaluations =
                new Evaluations(EPOCHS, RISING, List.of(), List.of(size, away), Optional.of(LEVEL), Optional.empty());
        assertThat(RunVerdict.of(evaluations)
                        .bounded(Map.of("size", 0.1, "away", 0.1))
                        .bounds())
                .extracting(EvaluatedBound::reward)
                .containsExactly("size");
    }

    @Test
    public void saysWhichScoreChoseTheBestAndWhetherByMoreThanNoise() {
        ScoreSeries preference = series("preference", 4, 48, 0.05, 0.1, 0.5, 0.9, 0.2);
        ScoreSeries clip = series("clip", 5, 48, 0.05, 0.1, 0.5, 0.9, 0.2);
        assertThat(RunVerdict.of(evaluations(RISING, Optional.of(LEVEL), preference, clip))
                        .lines())
                .last()
                .asString()
                .endsWith("Best by the held-out score (the mean of preference and clip, standardised): epoch 20.");
        ScoreSeries two = series("preference", 4, 48, 0.05, 0.1, 0.9, 0.9, 0.2);
        BestEvaluation oneOfTwo = RunVerdict.of(evaluations(RISING, Optional.of(LEVEL), two))
                .best()
                .orElseThrow();
        assertThat(oneOfTwo.sentence())
                .matches("Best by .*\\(preference\\): epoch [12]0, not told apart from epoch [12]0\\.");
        assertThat(oneOfTwo.isNoise()).isFalse();
        ScoreSeries level = series("preference", 4, 48, 0.05, 0.5, 0.5, 0.5, 0.5);
        assertThat(RunVerdict.of(evaluations(RISING, Optional.of(LEVEL), level))
                        .best()
                        .orElseThrow()
                        .sentence())
                .endsWith(", told apart from no other evaluation where all pairs are corrected for: the choice is"
                        + " within the noise.");
        ScoreSeries constant = new ScoreSeries("preference", Collections.nCopies(4, new double[48]));
        RunVerdict tie = RunVerdict.of(evaluations(RISING, Optional.of(LEVEL), constant));
        assertThat(tie.best().orElseThrow().sentence())
                .isEqualTo(
                        "Best by the held-out score (preference): epoch 0, the first of all, which are equal: a tie.");
        assertThat(tie.notes())
                .containsExactly(
                        "'preference' is constant, 0.000 for every sample of every evaluation: it judges nothing.");
    }

    @Test
    public void withoutAHeldOutScoreNoEvaluationIsTheBest() {
        double[] none = new double[48];
        Arrays.fill(none, Double.NaN);
        ScoreSeries unscored = new ScoreSeries("preference", Collections.nCopies(4, none));
        RunVerdict v = RunVerdict.of(evaluations(RISING, Optional.of(LEVEL), unscored));
        assertThat(v.best()).isEmpty();
        assertThat(v.notes())
                .containsExactly("'preference' gave no sample of any evaluation a score: it judges nothing.");
    }

    @Test
    public void missingScoresAreCountedAndSaid() {
        List<double[]> scores = new ArrayList<>();
        for (int e = 0; e < 4; e++) {
            double[] half = new double[48];
            Arrays.fill(half, 0, 24, Double.NaN);
            scores.add(half);
        }
        RunVerdict v = RunVerdict.of(evaluations(new ScoreSeries("train", scores), Optional.of(TURNING)));
        assertThat(v.notes())
                .contains("'train' gave 96 of 192 samples of evaluations no score: they are left out of its means, and"
                        + " with their pairs of its intervals.");
        assertThat(v.explanation()).contains("0.000 for every sample that has a score of every evaluation");
    }

    @Test
    public void aConstantTrainingRewardIsCalledSo() {
        ScoreSeries constant = new ScoreSeries("train", Collections.nCopies(4, new double[48]));
        RunVerdict v = RunVerdict.of(evaluations(constant, Optional.of(TURNING)));
        assertThat(v.overOptimised()).isEqualTo(Answer.NO);
        assertThat(v.explanation())
                .isEqualTo("Nothing was optimised: the training reward is constant, 0.000 for every sample of every"
                        + " evaluation.");
        assertThat(v.nothingOptimised()).isTrue();
    }

    @Test
    public void falseAlarmsAreRare() {
        // A truth that never moves: choosing the best of five earlier evaluations must not raise the alarm above 5 %.
        int alarms = 0;
        int runs = 400;
        for (int run = 0; run < runs; run++) {
            ScoreSeries proxy = series("t", run, 32, 0.1, 0, 1, 2, 3, 4, 5);
            ScoreSeries gold = series("g", 1000 + run, 32, 0.1, 0, 0, 0, 0, 0, 0);
            RunVerdict v = RunVerdict.of(new Evaluations(
                    List.of(0, 1, 2, 3, 4, 5), proxy, List.of(), List.of(), Optional.of(gold), Optional.empty()));
            alarms += v.overOptimised() == Answer.YES ? 1 : 0;
        }
        assertThat(alarms / (double) runs).isLessThan(0.05);
    }

    @Test
    public void collectsEvaluationsFromTheSamplesLog() {
        List<Sample> samples = new ArrayList<>();
        for (int epoch : List.of(0, 5)) {
            for (int i = 0; i < 3; i++) {
                samples.add(new Sample(
                        epoch, Sample.Phase.EVALUATION, i, "a cat", i, new TreeMap<>(Map.of("a", epoch + 0.1 * i))));
            }
            samples.add(new Sample(epoch, Sample.Phase.TRAIN, 0, "a cat", 0, new TreeMap<>(Map.of("a", 99.0))));
        }
        Evaluations e = Evaluations.of(samples, "a", List.of(), List.of(), Optional.of("gold"));
        assertThat(e.epochs()).containsExactly(0, 5);
        assertThat(e.proxy().orElseThrow().scores().get(1)).containsExactly(5, 5.1, 5.2);
        assertThat(e.gold().orElseThrow().scores().get(0)).containsOnly(Double.NaN);
    }

    @Test
    public void aLoggedRewardIsShownAndJudgesNothing() {
        ScoreSeries preference = series("preference", 4, 48, 0.05, 0.5, 0.9, 0.6, 0.6);
        // Best at the last evaluation, and falls where the run rises.
        ScoreSeries size = series("size", 5, 48, 0.05, 9, 8, 7, 99);
        Evaluations with =
                new Evaluations(EPOCHS, RISING, List.of(preference), List.of(size), Optional.empty(), Optional.empty());
        Evaluations without =
                new Evaluations(EPOCHS, RISING, List.of(preference), List.of(), Optional.empty(), Optional.empty());
        RunVerdict v = RunVerdict.of(with);
        assertThat(v.bestEpoch()).isEqualTo(RunVerdict.of(without).bestEpoch());
        assertThat(v.overOptimised()).isEqualTo(RunVerdict.of(without).overOptimised());
        assertThat(v.lines().get(1)).contains("preference").contains("; logged: size 9");
        assertThat(RunVerdict.of(evaluations(RISING, Optional.of(TURNING))).lines())
                .hasSize(3);
    }

    @Test
    public void theLinesAreForPeople() {
        ScoreSeries heldOut = series("preference", 4, 48, 0.05, 0.5, 0.6, 0.6, 0.6);
        List<String> lines = RunVerdict.of(evaluations(RISING, Optional.of(TURNING), heldOut))
                .lines();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).matches("training reward  0\\.\\d+ -> 0\\.\\d+ \\(change \\+0\\.\\d+ \\[.*\\]\\)");
        assertThat(lines.get(3)).contains(" Since epoch 20.");
    }

    @Test
    public void numbersAreWrittenWithoutExponentsWherePeopleReadThem() {
        assertThat(Estimate.number(0)).isEqualTo("0.000");
        assertThat(Estimate.number(-0.0)).isEqualTo("0.000");
        assertThat(Estimate.number(0.0666)).isEqualTo("0.067");
        assertThat(Estimate.number(-2.72e-4)).isEqualTo("-0.0003");
        assertThat(Estimate.number(2e-5)).isEqualTo("2.00e-05");
        assertThat(Estimate.number(12.346)).isEqualTo("12.35");
        assertThat(Estimate.number(2e6)).isEqualTo("2.00e+06");
        assertThat(new Estimate(-.045, -.089, -2.72e-4, 48).signed()).isEqualTo("-0.045 [-0.089, -0.0003]");
    }

    /** A mean of standardised scores is 0 but for rounding, and is shown so. */
    @Test
    public void aMeanThatIsZeroButForRoundingIsShownAsZero() {
        Estimate zero = new Estimate(3.82e-17, -0.2, 0.2, 12);
        assertThat(zero).hasToString("0.000 [-0.200, 0.200]");
        assertThat(zero.signed()).isEqualTo("+0.000 [-0.200, +0.200]");
        assertThat(zero.shownMean()).isEqualTo("0.000");
        assertThat(zero.rounded()).isZero();
        assertThat(new Estimate(3.82e-17, -1e-17, 9e-17, 12).shownMean()).isEqualTo("3.82e-17");
    }
}
