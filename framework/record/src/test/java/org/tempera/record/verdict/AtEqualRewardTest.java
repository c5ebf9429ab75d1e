package org.tempera.record.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.testng.annotations.Test;

public class AtEqualRewardTest {
    private static final int SAMPLES = 16;

    /** A run whose samples have the mean given, and a spread that is the same everywhere. */
    private static Evaluations run(List<Integer> epochs, double[] reward, double[] gold) {
        return new Evaluations(
                epochs,
                series("train", reward),
                List.of(),
                List.of(),
                Optional.of(series("gold", gold)),
                Optional.empty());
    }

    private static ScoreSeries series(String name, double[] means) {
        return new ScoreSeries(
                name,
                Arrays.stream(means)
                        .mapToObj(m -> {
                            double[] row = new double[SAMPLES];
                            for (int i = 0; i < SAMPLES; i++) {
                                row[i] = m + (i - (SAMPLES - 1) / 2.0) / 10;
                            }
                            return row;
                        })
                        .toList());
    }

    @Test
    public void readsBetweenEvaluationsOfDifferentEpochs() {
        Evaluations fast = run(List.of(0, 4, 8), new double[] {0, 1, 3}, new double[] {.6, .7, .5});
        Evaluations slow = run(List.of(0, 10, 20), new double[] {0, 1, 2}, new double[] {.6, .6, .2});
        AtEqualReward compared = AtEqualReward.of(fast, slow);
        assertThat(compared.levels()).extracting(AtEqualReward.Level::reward).containsExactly(.5, 1.0, 1.5, 2.0);
        AtEqualReward.Level third = compared.levels().get(2);
        assertThat(third.own().epoch()).isCloseTo(5, within(1e-12));
        assertThat(third.own().truth()).isCloseTo(.65, within(1e-12));
        assertThat(third.other().epoch()).isCloseTo(15, within(1e-12));
        assertThat(third.other().truth()).isCloseTo(.4, within(1e-12));
        assertThat(third.difference().mean()).isCloseTo(.25, within(1e-12));
        assertThat(third.difference().samples()).isEqualTo(SAMPLES);
        assertThat(compared.lines().get(2))
                .startsWith("reward 1.500: gold 0.650 (epoch 5.0) here, 0.400 (epoch 15.0) there, difference +0.250");
    }

    @Test
    public void aRewardIsReachedWhereItIsReachedFirst() {
        Evaluations back = run(List.of(0, 1, 2, 3), new double[] {0, 2, 1, 3}, new double[] {.6, .5, .4, .3});
        Evaluations straight = run(List.of(0, 1), new double[] {0, 2}, new double[] {.6, .5});
        AtEqualReward.Level last = AtEqualReward.of(back, straight).levels().get(3);
        assertThat(last.own().epoch()).isEqualTo(1);
        assertThat(last.difference().mean()).isZero();
    }

    @Test
    public void withoutACommonRewardThereIsNothingToCompare() {
        Evaluations low = run(List.of(0, 1), new double[] {0, 1}, new double[] {.6, .5});
        Evaluations high = run(List.of(0, 1), new double[] {2, 3}, new double[] {.6, .5});
        assertThat(AtEqualReward.of(low, high).levels()).isEmpty();
        assertThat(AtEqualReward.of(low, high).lines())
                .containsExactly("the runs have no training reward in common that both reached");
        Evaluations broken = run(List.of(0, 1), new double[] {0, Double.NaN}, new double[] {.6, .5});
        assertThat(AtEqualReward.of(low, broken).levels()).isEmpty();
    }

    @Test
    public void withoutAClearRiseThereIsNothingToCompareAt() {
        Evaluations rose = run(List.of(0, 1), new double[] {0, 2}, new double[] {.6, .5});
        Evaluations fell = run(List.of(0, 1), new double[] {0, -1}, new double[] {.6, .5});
        assertThat(AtEqualReward.of(rose, fell).lines())
                .containsExactly("no rise to compare at: the training reward changed by -1.000 [-1.000, -1.000] there"
                        + " from the first evaluation to the best of the later ones, which is no clear rise");
        Evaluations noisy = new Evaluations(
                List.of(0, 1, 2),
                noise("train", .21, .212, .209),
                List.of(),
                List.of(),
                Optional.of(noise("gold", .6, .6, .6)),
                Optional.empty());
        assertThat(RunVerdict.of(noisy).explanation()).contains("neither a rise nor its absence");
        for (AtEqualReward compared : List.of(AtEqualReward.of(noisy, rose), AtEqualReward.of(noisy, noisy))) {
            assertThat(compared.levels()).isEmpty();
            assertThat(compared.lines()).singleElement().asString().startsWith("no rise to compare at: ");
        }
        assertThat(AtEqualReward.of(noisy, noisy).without().orElseThrow())
                .contains(" here and ", " there from the first");
    }

    /** Where a level is first reached, what follows has no say. */
    @Test
    public void aRunThatRisesAndCollapsesIsReadWhereItRose() {
        Evaluations collapsed = run(List.of(0, 1, 2), new double[] {0, 2, -1}, new double[] {.6, .5, .1});
        Evaluations rose = run(List.of(0, 1), new double[] {0, 2}, new double[] {.6, .4});
        AtEqualReward compared = AtEqualReward.of(collapsed, rose);
        assertThat(compared.without()).isEmpty();
        assertThat(compared.levels().get(3).reward()).isEqualTo(2);
        assertThat(compared.levels().get(3).difference().mean()).isCloseTo(.1, within(1e-12));
    }

    @Test
    public void noTwoLevelsReadAlike() {
        Evaluations small = run(List.of(0, 1), new double[] {.2100, .2115}, new double[] {.6, .5});
        AtEqualReward compared = AtEqualReward.of(small, small);
        assertThat(compared.levels())
                .extracting(level -> Estimate.number(level.reward()))
                .doesNotHaveDuplicates()
                .hasSizeBetween(2, 3);
        assertThat(compared.levels().get(compared.levels().size() - 1).reward()).isCloseTo(.2115, within(1e-12));
    }

    private static ScoreSeries noise(String name, double... means) {
        Random random = new Random(5);
        return new ScoreSeries(
                name,
                Arrays.stream(means)
                        .mapToObj(m -> random.doubles(SAMPLES, m - .2, m + .2).toArray())
                        .toList());
    }

    @Test
    public void aRunWithoutATruthIsRefused() {
        Evaluations run = run(List.of(0, 1), new double[] {0, 2}, new double[] {.6, .5});
        Evaluations blind =
                new Evaluations(run.epochs(), run.proxy(), List.of(), List.of(), Optional.empty(), Optional.empty());
        assertThatIllegalArgumentException().isThrownBy(() -> AtEqualReward.of(run, blind));
    }

    @Test
    public void runsOfDifferentSizesAreRefused() {
        Evaluations run = run(List.of(0, 1), new double[] {0, 2}, new double[] {.6, .5});
        ScoreSeries one = new ScoreSeries("train", List.of(new double[1], new double[] {2}));
        Evaluations small =
                new Evaluations(List.of(0, 1), one, List.of(), List.of(), Optional.of(one), Optional.empty());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AtEqualReward.of(small, run))
                .withMessage("expected 1 samples at every evaluation, found 16");
    }
}
