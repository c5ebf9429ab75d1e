package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.json.PlainJson;
import org.tempera.core.config.CombinationRule;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.spi.reward.HostReward;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class RewardCombinerTest {
    // Mean 2, deviation 1; mean 40, deviation 20: standardised (-1, 0, 1) and (1, -1, 0).
    private static final float[] SMALL = {1, 2, 3};
    private static final float[] LARGE = {60, 20, 40};
    private static final List<String> THREE = List.of("a", "b", "c");
    // What the deviation between -1 and 1 is when they weigh 3 and 1: sqrt(3/4 * 0.5^2 + 1/4 * 1.5^2).
    private static final double APART = Math.sqrt(0.75);

    @DataProvider
    Object[][] rules() {
        return new Object[][] {
            {CombinationRule.WEIGHTED_SUM, 1.0, false, new double[] {63, 26, 49}},
            {CombinationRule.WEIGHTED_SUM, 1.0, true, new double[] {-2, -1, 3}},
            {CombinationRule.MIN, 1.0, false, new double[] {-1, -1, 0}},
            {CombinationRule.MEAN_MINUS_K_STD, 0.0, false, new double[] {-0.5, -0.25, 0.75}},
            {CombinationRule.MEAN_MINUS_K_STD, 2.0, false, new double[] {-0.5 - 2 * APART, -0.25 - APART, 0.75 - APART}
            },
        };
    }

    @Test(dataProvider = "rules")
    public void combinesByTheRule(CombinationRule rule, double k, boolean normalise, double[] expected) {
        RewardCombiner combiner = combiner(rule, k, normalise, FailurePolicy.FAIL);
        assertThat(training(combiner, SMALL, LARGE)).containsExactly(expected, within(1e-6));
    }

    @Test
    public void theScaleIsThatOfTheFirstScoresAndIsKept() throws PlainJson.MalformedException {
        RewardCombiner combiner = combiner(CombinationRule.MIN, 0, false, FailurePolicy.FAIL);
        training(combiner, SMALL, LARGE);
        double[] later = training(combiner, new float[] {4, 5, 6}, new float[] {100, 100, 0});
        assertThat(later).containsExactly(new double[] {2, 3, -2}, within(1e-6));

        RewardCombiner restored = combiner(CombinationRule.MIN, 0, false, FailurePolicy.FAIL);
        restored.restore(PlainJson.readObject(PlainJson.line(combiner.state())));
        assertThat(training(restored, new float[] {4, 5, 6}, new float[] {100, 100, 0}))
                .isEqualTo(later);
    }

    @Test
    public void rewardsOfOtherRolesTakeNoPart() {
        RewardCombiner combiner = new RewardCombiner(
                List.of(
                        reward("small", 1, false, RewardRole.TRAIN, FailurePolicy.FAIL),
                        reward("large", 1, false, RewardRole.HELD_OUT, FailurePolicy.FAIL),
                        reward("other", 1, false, RewardRole.LOGGED, FailurePolicy.SKIP)),
                new CombinationSettings(CombinationRule.MIN, 1));
        float[] broken = {Float.NaN, 1, 1};
        RewardCombiner.Combined combined = combiner.combine(
                THREE, Map.of("small", SMALL, "large", LARGE, "other", broken), List.of(failure("other", 0)));
        assertThat(combined.table().training()).containsExactly(-1, 0, 1);
        assertThat(combined.table().trained()).as("what an algorithm may see").containsOnlyKeys("small");
        assertThat(combined.byName()).containsOnlyKeys("small", "large", "other");
        assertThat(combined.skippedCount()).isZero();
        assertThat(combiner.state()).containsOnlyKeys("small");
    }

    @Test
    public void aSampleWithoutAScoreIsReportedSoAndLeavesTheScaleAlone() {
        RewardCombiner combiner = combiner(CombinationRule.MIN, 1, false, FailurePolicy.SKIP);
        RewardCombiner.Combined combined = combiner.combine(
                List.of("a", "a", "a", "a"),
                Map.of("small", new float[] {1, Float.NaN, 2, 3}, "large", new float[] {60, 9, 20, 40}),
                List.of(failure("small", 1)));
        assertThat(combined.skipped()).containsExactly(false, true, false, false);
        assertThat(combined.table().skipped()).as("what an algorithm may see").isEqualTo(combined.skipped());
        float[] training = combined.table().training();
        assertThat(training[1]).isCloseTo((training[0] + training[2] + training[3]) / 3, within(1e-6f));
        // Whoever makes an interval of it would count a made-up number as evidence.
        assertThat(combined.reward()[1]).as("what is reported").isNaN();
        assertThat(combined.reward()[2]).isEqualTo(training[2]);
        // Scores of 1, 2 and 3: the one that is no number is not among them.
        assertThat(combiner.state().get("small")).isEqualTo(Map.of("mean", 2.0, "deviation", 1.0));
    }

    @Test
    public void scoresThatDoNotDifferAreOnlyCentred() {
        RewardCombiner combiner = combiner(CombinationRule.MIN, 1, false, FailurePolicy.FAIL);
        training(combiner, new float[] {7, 7, 7}, LARGE);
        assertThat(training(combiner, new float[] {7.5f, 7, 6.5f}, new float[] {200, 200, 200}))
                .containsExactly(0.5, 0, -0.5);
    }

    @Test
    public void failuresAreToldByTheWayAndTheFirstSample() {
        RewardCombiner combiner = combiner(CombinationRule.WEIGHTED_SUM, 1, false, FailurePolicy.FAIL);
        assertThatThrownBy(() -> combiner.combine(
                        THREE,
                        Map.of("small", SMALL, "large", LARGE),
                        List.of(failure("small", 1), failure("large", 0), failure("small", 2))))
                .isInstanceOf(RewardFailure.class)
                .hasMessageStartingWith("reward 'small' gave NaN for sample 1, prompt 'a cat', and for 1 more\n"
                        + "reward 'large' gave NaN for sample 0, prompt 'a cat'\nA score must");
    }

    /** What skip would do is no help against a server that is set up wrongly. */
    @Test
    public void aRewardThatSaidWhatToDoGetsNoOtherAdvice() {
        ScoreFailure said = new ScoreFailure(
                "small",
                1,
                "a cat",
                "failed (start it)",
                ScoreFailure.Kind.EXPLAINED,
                Optional.empty(),
                Optional.empty());
        RewardCombiner combiner = combiner(CombinationRule.WEIGHTED_SUM, 1, false, FailurePolicy.FAIL);
        assertThatThrownBy(() -> combiner.combine(THREE, Map.of("small", SMALL, "large", LARGE), List.of(said)))
                .isInstanceOf(RewardFailure.class)
                .hasMessage("reward 'small' failed (start it) for sample 1, prompt 'a cat'");
    }

    @Test
    public void onlyWhatMayAllBeGoneWhenTheRunGoesOnIsPassing() {
        ScoreFailure away = new ScoreFailure(
                "small", 1, "a cat", "failed", ScoreFailure.Kind.PASSING, Optional.empty(), Optional.empty());
        assertThat(RewardFailure.of(List.of(away)).isPassing()).isTrue();
        assertThat(RewardFailure.ofEverySample(List.of(away))
                        .reworded(words -> words)
                        .isPassing())
                .isTrue();
        assertThat(RewardFailure.of(List.of(away, failure("large", 0))).isPassing())
                .isFalse();
    }

    /** Its exit code says that nothing is wrong here. */
    @Test
    public void nothingIsToBeMendedWhereEverySampleLacksAScoreThatWillBeThere() {
        ScoreFailure away = new ScoreFailure(
                "small", 1, "a cat", "failed (away)", ScoreFailure.Kind.PASSING, Optional.empty(), Optional.empty());
        assertThat(RewardFailure.ofEverySample(List.of(away)))
                .hasMessage("reward 'small' failed (away) for sample 1, prompt 'a cat'\n"
                        + "So no sample has a finite score of every reward that is trained on or a constraint, and there"
                        + " is nothing to learn from.");
    }

    @Test
    public void whereEverySampleLacksAScoreItIsSaidOfWhatAndWhy() {
        RewardCombiner combiner = new RewardCombiner(
                List.of(
                        reward("small", 1, false, RewardRole.TRAIN, FailurePolicy.SKIP),
                        reward("large", 1, false, RewardRole.CONSTRAINT, FailurePolicy.SKIP),
                        reward("judge", 1, false, RewardRole.HELD_OUT, FailurePolicy.SKIP)),
                CombinationSettings.defaults());
        assertThatThrownBy(() -> combiner.combine(
                        THREE,
                        Map.of("small", SMALL, "large", LARGE, "judge", SMALL),
                        List.of(failure("small", 0), failure("large", 1), failure("small", 2), failure("judge", 0))))
                .isInstanceOfSatisfying(
                        RewardFailure.class, e -> assertThat(e.failures()).hasSize(3))
                .hasMessage("reward 'small' gave NaN for sample 0, prompt 'a cat', and for 1 more\n"
                        + "reward 'large' gave NaN for sample 1, prompt 'a cat'\n"
                        + "So no sample has a finite score of every reward that is trained on or a constraint, and there"
                        + " is nothing to learn from. Mend the reward.");
    }

    @Test
    public void eachRewardIsNormalisedAmongTheSamplesOfItsPromptBeforeTheSum() {
        RewardCombiner combiner = combiner(CombinationRule.NORMALISED_SUM, 1, false, FailurePolicy.FAIL);
        RewardCombiner.Combined combined = combiner.combine(
                List.of("cat", "dog", "cat", "dog", "bird"),
                Map.of("small", new float[] {1, 10, 3, 10, 5}, "large", new float[] {600, 0, 200, 100, 7}),
                List.of());
        // Of a cat's two scores one lies 1/sqrt(2) sample deviations above the mean; small weighs 3, large 1.
        double up = 1 / Math.sqrt(2);
        double[] expected = {-2 * up, -up, 2 * up, up, 0};
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) combined.table().training()[i]).isCloseTo(expected[i], within(3e-4));
        }
        assertThat(combined.reward()).as("what is reported").containsExactly(603, 30, 209, 130, 22);
    }

    @Test
    public void aSampleWithoutAScoreIsOutOfItsGroupAndAllNumbersOfTheTableAreFinite() {
        RewardCombiner combiner = new RewardCombiner(
                List.of(
                        reward("small", 1, false, RewardRole.TRAIN, FailurePolicy.SKIP),
                        reward("bound", 1, false, RewardRole.CONSTRAINT, FailurePolicy.SKIP)),
                new CombinationSettings(CombinationRule.NORMALISED_SUM, 1));
        RewardCombiner.Combined combined = combiner.combine(
                List.of("cat", "cat", "cat"),
                Map.of("small", new float[] {1, 3, 100}, "bound", new float[] {0.2f, 0.4f, Float.NaN}),
                List.of(failure("bound", 2)));
        assertThat(combined.skipped()).containsExactly(false, false, true);
        assertThat(combined.table().training()[1]).isCloseTo((float) (1 / Math.sqrt(2)), within(1e-4f));
        assertThat(combined.table().training()[2]).isZero();
        assertThat(combined.table().trained()).containsOnlyKeys("small");
        assertThat(combined.table().constraints()).containsOnlyKeys("bound");
        assertThat(combined.table().constraints().get("bound")[2]).isCloseTo(0.3f, within(1e-6f));
        assertThat(combined.byName().get("bound")[2]).isNaN();
    }

    @Test
    public void whatIsLoggedIsInTheTableAndNeverSkipsASample() {
        RewardCombiner combiner = new RewardCombiner(
                List.of(
                        reward("small", 1, false, RewardRole.TRAIN, FailurePolicy.FAIL),
                        reward("shown", 1, false, RewardRole.LOGGED, FailurePolicy.SKIP),
                        reward("lost", 1, false, RewardRole.LOGGED, FailurePolicy.SKIP),
                        reward("kept-apart", 1, false, RewardRole.HELD_OUT, FailurePolicy.FAIL)),
                CombinationSettings.defaults());
        float nan = Float.NaN;
        RewardCombiner.Combined combined = combiner.combine(
                THREE,
                Map.of(
                        "small",
                        new float[] {1, 2, 3},
                        "shown",
                        new float[] {4, nan, 6},
                        "lost",
                        new float[] {nan, nan, nan},
                        "kept-apart",
                        new float[] {7, 8, 9}),
                List.of(failure("shown", 1), failure("lost", 0), failure("lost", 1), failure("lost", 2)));
        assertThat(combined.skippedCount()).isZero();
        assertThat(combined.table().logged()).containsOnlyKeys("shown", "lost");
        assertThat(combined.table().logged().get("shown")).containsExactly(4, 5, 6);
        assertThat(combined.table().logged().get("lost")).containsExactly(0, 0, 0);
    }

    @Test
    public void damagedScalesAreRefused() {
        RewardCombiner combiner = combiner(CombinationRule.MIN, 1, false, FailurePolicy.FAIL);
        assertThatThrownBy(() -> combiner.restore(Map.of("small", Map.of("mean", 1.0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected mean and deviation of the reward 'small'");
    }

    private static double[] training(RewardCombiner combiner, float[] small, float[] large) {
        float[] training = combiner.combine(THREE, Map.of("small", small, "large", large), List.of())
                .table()
                .training();
        double[] wide = new double[training.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = training[i];
        }
        return wide;
    }

    private static ScoreFailure failure(String reward, int sample) {
        return new ScoreFailure(
                reward, sample, "a cat", "gave NaN", ScoreFailure.Kind.UNEXPLAINED, Optional.empty(), Optional.empty());
    }

    /** Small weighs 3, large 1. */
    private static RewardCombiner combiner(CombinationRule rule, double k, boolean normalise, FailurePolicy failure) {
        return new RewardCombiner(
                List.of(
                        reward("small", 3, normalise, RewardRole.TRAIN, failure),
                        reward("large", 1, normalise, RewardRole.TRAIN, failure)),
                new CombinationSettings(rule, k));
    }

    private static NamedReward reward(
            String name, double weight, boolean normalise, RewardRole role, FailurePolicy failure) {
        return new NamedReward(
                name, new RewardSettings(role, weight, normalise, failure, 0), (HostReward) samples -> new float[0]);
    }
}
