package org.tempera.algorithms.tdpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.math3.stat.StatUtils;
import org.tempera.algorithms.kl.KlController;
import org.tempera.algorithms.kl.KlPenalty;
import org.tempera.algorithms.kl.KlTerm;
import org.tempera.algorithms.kl.LogProbs;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.LambdaReturns;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.stats.RewardNormalisation.Form;
import org.tempera.algorithms.stats.RewardNormalisation.Kind;
import org.tempera.algorithms.stats.TemporalAdvantages;
import org.tempera.algorithms.tdpo.TemporalTargets.Rules;
import org.tempera.base.text.Words;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TemporalTargetsTest {
    private static final LambdaReturns WHOLE = new LambdaReturns(1, 1);

    @Test
    public void withoutDiscountOrPenaltyEveryStepReturnsTheReward() {
        assertThat(returns(new double[] {2, -1}, new double[2][3], 0, 1))
                .isDeepEqualTo(new double[][] {{2, 2, 2}, {-1, -1, -1}});
    }

    @Test
    public void discountsByTheStepsThatRemain() {
        assertThat(returns(new double[] {8}, new double[1][3], 0, 0.5)).isDeepEqualTo(new double[][] {{2, 4, 8}});
        assertThat(returns(new double[] {8}, new double[1][3], 0, 0)).isDeepEqualTo(new double[][] {{0, 0, 8}});
    }

    @Test
    public void aPenaltyIsPaidAtItsOwnStepAndFeltBefore() {
        // backwards: 8 - 2*0 = 8; -2*3 + 8/2 = -2; -2*1 - 1 = -3
        assertThat(returns(new double[] {8}, new double[][] {{1, 3, 0}}, 2, 0.5))
                .isDeepEqualTo(new double[][] {{-3, -2, 8}});
    }

    private static double[][] returns(double[] rewards, double[][] penalties, double coefficient, double gamma) {
        double[][] values = new double[rewards.length][penalties[0].length];
        for (double[] row : values) {
            Arrays.fill(row, 7);
        }
        return new LambdaReturns(gamma, 1)
                .compute(
                        TemporalRewards.compute(rewards, penalties, coefficient),
                        values,
                        new double[rewards.length],
                        List.of(0, 1, 2));
    }

    @Test
    public void aConstantRewardMovesNothingWhateverTheCriticExpects() {
        TemporalTargets targets =
                new TemporalTargets(RewardNormalisation.perPrompt(8, 1), new Rules(0, WHOLE, true, Optional.empty()));
        double[][] values = {{0.1, -0.2}, {0.3, 0.4}, {-0.1, 0.2}};
        for (int epoch = 0; epoch < 3; epoch++) {
            assertThat(targets.compute(List.of("a", "b", "a"), new double[] {0.7, 0.7, 0.7}, values, Optional.empty())
                            .advantages())
                    .isDeepEqualTo(new double[3][2]);
        }
    }

    @DataProvider
    Object[][] penalties() {
        // log-ratio 0.5 and -0.5
        return new Object[][] {
            {KlPenalty.KL, 0.5, -0.5},
            {KlPenalty.ABS, 0.5, 0.5},
            {KlPenalty.SQUARE, 0.125, 0.125},
            {KlPenalty.CLIP, 0.5, 0},
            {KlPenalty.APPROX, 0.1487212707, 0.1065306597},
            // m = (e^-1 + e^-1.5) / 2, log m = -1.2190700; only the likelier of the two is above it
            {KlPenalty.JS, 0.5 * 0.2190697, 0.5 * 0.2190697},
        };
    }

    @Test(dataProvider = "penalties")
    public void penaltiesOfAStep(KlPenalty penalty, double above, double below) {
        assertThat(penalty.of(-1, -1.5)).isCloseTo(above, offset(1e-6));
        assertThat(penalty.of(-1.5, -1)).isCloseTo(below, offset(1e-6));
        assertThat(penalty.of(-7, -7)).isZero();
        assertThat(KlPenalty.parse(Words.of(penalty))).isSameAs(penalty);
    }

    @Test
    public void jensenShannonHoldsWhereDensitiesUnderflow() {
        assertThat(KlPenalty.JS.of(-50_000, -50_001)).isCloseTo(KlPenalty.JS.of(-1, -2), offset(1e-12));
        assertThat(KlPenalty.JS.of(40_000, -40_000)).isCloseTo(0.5 * Math.log(2), offset(1e-12));
    }

    @Test
    public void anUnknownPenaltyIsRefused() {
        assertThatThrownBy(() -> KlPenalty.parse("KL"))
                .hasMessage("unknown KL penalty 'KL', expected kl, abs, square, clip, approx or js");
    }

    @Test
    public void theAdaptiveFactorFollowsTheDivergence() {
        KlController c = KlController.adaptive(0.2, 6, 2000);
        c.update(60, 256);
        assertThat(c.value()).isCloseTo(0.2 * (1 + 0.2 * 256 / 2000), offset(1e-15));
        double before = c.value();
        c.update(5.4, 1000);
        assertThat(c.value()).isCloseTo(before * 0.95, offset(1e-12));
        KlController d = KlController.adaptive(9, 6, 2000);
        d.restore(c.state());
        assertThat(d.value()).isEqualTo(c.value());
        assertThatThrownBy(() -> KlController.adaptive(0.2, 0, 1)).hasMessageContaining("must be positive");
        KlController fixed = KlController.fixed(0.3);
        fixed.update(100, 100);
        assertThat(fixed.value()).isEqualTo(0.3);
    }

    @Test
    public void anEpochChangesTheAdaptiveFactorByAFifthAtMost() {
        KlController c = KlController.adaptive(0.5, 6, 500);
        c.update(0, 3072);
        assertThat(c.value()).isCloseTo(0.4, offset(1e-15));
        c.update(60, 3072);
        assertThat(c.value()).isCloseTo(0.48, offset(1e-15));
    }

    @Test
    public void normalisedAdvantagesHaveZeroMeanAndUnitDeviationOverTheEpoch() {
        Random random = new Random(4);
        double[][] a = new double[5][7];
        for (double[] row : a) {
            java.util.Arrays.setAll(row, t -> 3 + 2 * random.nextGaussian());
        }
        double[] got = Axes.flatten(TemporalAdvantages.normalise(a, new boolean[a.length]));
        double[] raw = Axes.flatten(a);
        double deviation = Math.sqrt(StatUtils.populationVariance(raw));
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).isCloseTo((raw[i] - StatUtils.mean(raw)) / deviation, offset(1e-7));
        }
        assertThat(Axes.flatten(TemporalAdvantages.normalise(new double[2][2], new boolean[2])))
                .containsOnly(0);
    }

    @Test
    public void theWholeWayByHand() {
        KlController controller = KlController.adaptive(0.5, 1, 10);
        TemporalTargets targets = new TemporalTargets(
                new RewardNormalisation(Kind.NONE, Form.CENTRE_AND_SCALE, 1, 1),
                new Rules(2, WHOLE, false, Optional.of(new KlTerm(KlPenalty.KL, 2, controller))));
        TemporalTargets.Epoch e = targets.compute(
                List.of("a", "b"),
                new double[] {5, 1},
                new double[][] {{1, 1}, {0, 2}},
                Optional.of(new LogProbs(new double[][] {{1, 0}, {0, 3}}, new double[2][2])));
        // rewards clipped to 2 and 1; penalty 2 * 0.5 * log-ratio
        assertThat(e.returns()).isDeepEqualTo(new double[][] {{1, 2}, {-2, -2}});
        assertThat(e.advantages()).isDeepEqualTo(new double[][] {{0, 1}, {-2, -4}});
        assertThat(e.meanKl()).contains(2.0);
        assertThat(e.klFactor()).isEqualTo(1);
        assertThat(controller.value()).isCloseTo(0.5 * (1 + 0.2 * 2 / 10), offset(1e-15));
        TemporalTargets resumed = new TemporalTargets(
                RewardNormalisation.perPrompt(3, 1),
                new Rules(0, WHOLE, true, Optional.of(new KlTerm(KlPenalty.KL, 1, KlController.adaptive(7, 1, 10)))));
        resumed.restore(targets.state());
        assertThat(resumed.state()).isEqualTo(targets.state());
    }

    @Test
    public void aSampleThatIsSkippedEntersNoStatistic() {
        double[][] values = {{0, 1}, {2, 3}, {9, 9}};
        TemporalTargets.Epoch without = new TemporalTargets(
                        RewardNormalisation.perPrompt(8, 1), new Rules(0, WHOLE, true, Optional.empty()))
                .compute(
                        List.of("a", "a"),
                        new double[] {8, 16},
                        new double[][] {values[0], values[1]},
                        Optional.empty());
        TemporalTargets.Epoch with = new TemporalTargets(
                        RewardNormalisation.perPrompt(8, 1), new Rules(0, WHOLE, true, Optional.empty()))
                .compute(
                        List.of("a", "a", "a"),
                        new double[] {8, 16, 12},
                        new boolean[] {false, false, true},
                        values,
                        Optional.empty(),
                        List.of(0, 1));
        for (int i = 0; i < 2; i++) {
            assertThat(with.returns()[i]).containsExactly(without.returns()[i]);
            assertThat(with.advantages()[i]).containsExactly(without.advantages()[i]);
        }
    }

    @Test
    public void onlyStepsThatAreLearntFromAreComparedAndNormalised() {
        TemporalTargets targets = new TemporalTargets(
                new RewardNormalisation(Kind.NONE, Form.CENTRE_AND_SCALE, 1, 1),
                new Rules(0, new LambdaReturns(0.5, 1), true, Optional.empty()));
        TemporalTargets.Epoch e = targets.compute(
                List.of("a", "b"),
                new double[] {8, 16},
                new boolean[2],
                new double[][] {{0, 1, 0}, {0, 2, 0}},
                Optional.empty(),
                List.of(1));
        // Every step is discounted, and the rest of them only of the critic's zeros.
        assertThat(e.returns()).isDeepEqualTo(new double[][] {{2, 4, 8}, {4, 8, 16}});
        // 4 - 1 and 8 - 2, brought to mean 0 and deviation 1
        assertThat(e.advantages()[0]).containsExactly(new double[] {0, -1, 0}, offset(1e-7));
        assertThat(e.advantages()[1]).containsExactly(new double[] {0, 1, 0}, offset(1e-7));
    }

    @Test
    public void shapesAreChecked() {
        TemporalTargets plain =
                new TemporalTargets(RewardNormalisation.overEpoch(), new Rules(0, WHOLE, true, Optional.empty()));
        assertThatThrownBy(() ->
                        plain.compute(List.of("a", "b"), new double[2], new double[][] {{1, 1}, {1}}, Optional.empty()))
                .hasMessage("values must have equally many steps in every sample, found 2 in sample 0 and 1 in"
                        + " sample 1");
        assertThatThrownBy(() -> plain.compute(List.of("a"), new double[1], new double[2][2], Optional.empty()))
                .hasMessage("values must be [1, 2], found [2, 2]");
        TemporalTargets kl = new TemporalTargets(
                RewardNormalisation.overEpoch(),
                new Rules(0, WHOLE, true, Optional.of(new KlTerm(KlPenalty.KL, 1, KlController.fixed(1)))));
        assertThatThrownBy(() -> kl.compute(List.of("a"), new double[1], new double[1][2], Optional.empty()))
                .hasMessage("a KL penalty needs the reference policy's log-probabilities");
    }
}
