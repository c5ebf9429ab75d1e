package org.tempera.algorithms.dpok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.algorithms.ToyRun;
import org.tempera.algorithms.dpok.DpokConfig.Baseline;
import org.tempera.algorithms.dpok.DpokConfig.Divergence;
import org.tempera.algorithms.dpok.DpokConfig.Ratio;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.OutputDistance;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.loss.SurrogateConfig;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.tempera.verify.GraphOracleRunner;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class DpokTest {
    /** Rewards as they are, as published. */
    private static Dpok raw(Baseline baseline, double lambda, boolean filter) {
        return new Dpok(new DpokConfig(
                new UpdateConfig(2, 1, 1),
                SurrogateConfig.of(Optional.of(LogProbKind.SUM)),
                Ratio.CLIPPED,
                RegulariserConfig.none(),
                Divergence.KL,
                baseline,
                lambda,
                new NormalisationConfig(RewardNormalisation.Kind.NONE, 1, 1, 0),
                filter,
                0));
    }

    private static Targets prepare(Dpok dpok) {
        EpochColumns epoch = new EpochColumns(
                List.of("a", "b"), new float[] {2, 1, 0}, 1, Map.of(Rollout.VALUE, new float[][] {{1, 2, 4}, {0, -1, -2}
                }));
        float[] rewards = {6, -3};
        return dpok.prepare(epoch, new RewardTable(rewards, Map.of()));
    }

    @Test
    public void advantagesAreRewardsLessTheBaselineByHand() {
        assertThat(prepare(raw(Baseline.NONE, 1, false)).columns().get(Targets.ADVANTAGE))
                .isDeepEqualTo(new float[][] {{6, 6, 6}, {-3, -3, -3}});
        assertThat(prepare(raw(Baseline.NONE, 1, true)).columns().get(Targets.ADVANTAGE))
                .as("a reward below 0 counts as 0")
                .isDeepEqualTo(new float[][] {{6, 6, 6}, {0, 0, 0}});
        Targets valued = prepare(raw(Baseline.VALUE, 1, false));
        assertThat(valued.columns().get(Targets.ADVANTAGE)).isDeepEqualTo(new float[][] {{5, 4, 2}, {-3, -2, -1}});
        assertThat(valued.columns().get(Targets.RETURN)).isDeepEqualTo(new float[][] {{6, 6, 6}, {-3, -3, -3}});
        // Returns 6, (4 + 6) / 2 and (2 + 5) / 2 from behind, less 4, 2 and 1.
        assertThat(prepare(raw(Baseline.VALUE, 0.5, false)).columns().get(Targets.ADVANTAGE)[0])
                .containsExactly(2.5f, 3, 2);
    }

    @Test
    public void aCriticIsNeededByTheBaselineAlone() {
        assertThat(raw(Baseline.NONE, 1, false).needs()).isEmpty();
        assertThat(raw(Baseline.VALUE, 1, false).needs()).containsExactly(Need.CRITIC);
        assertThatThrownBy(() -> raw(Baseline.NONE, 0.9, false))
                .hasMessage("lambda must be 1 under baseline = none, was 0.9");
    }

    @Test
    public void fewerKeptSamplesThanAnEpochHasAreRefused() {
        EpochShape epoch = new EpochShape(64, 10, 1);
        new Dpok(DpokConfigs.release(0)).check(epoch);
        new Dpok(DpokConfigs.release(64)).check(epoch);
        assertThatThrownBy(() -> new Dpok(DpokConfigs.release(20)).check(epoch))
                .isInstanceOf(UserException.class)
                .hasMessage("algorithm.dpok.kept-samples: expected 0 (none) or at least the 64 samples of an epoch,"
                        + " since epochs are kept whole, found 20");
    }

    @Test
    public void transitionsOfEarlierEpochsAreMixedWithTheEpochsOwn() {
        Dpok dpok = new Dpok(DpokConfigs.release(8));
        assertThat(dpok.keptSamples()).isEqualTo(8);
        List<Minibatch> plan = dpok.plan(new EpochShape(16, 3, List.of(0, 2), 1), 5);
        assertThat(plan).hasSize(4);
        Set<List<Integer>> transitions = new HashSet<>();
        boolean mixed = false;
        for (Minibatch m : plan) {
            Set<Boolean> kept = new HashSet<>();
            for (int i = 0; i < 8; i++) {
                transitions.add(List.of(m.samples()[i], m.steps()[i]));
                kept.add(m.samples()[i] < 8);
            }
            mixed |= kept.size() == 2;
        }
        assertThat(transitions).hasSize(32);
        assertThat(mixed).isTrue();
    }

    @Test
    public void theReleasesDivergenceByHand() {
        try (GraphOracleRunner runner = new GraphOracleRunner(List.of(), new ThreadSettings(1, 1))) {
            Map<String, HostTensor> got = runner.run(in -> {
                Operand<TFloat32> prediction = in.input("p", HostTensor.of(new float[] {1, 2, 3, 4}, 2, 1, 2, 1));
                Operand<TFloat32> reference = in.input("q", HostTensor.of(new float[] {0, 2, 5, 4}, 2, 1, 2, 1));
                Operand<TFloat32> error = OutputDistance.mean(in.scope().tf(), prediction, reference);
                List<Operand<TFloat32>> gradients = in.gradients(error, List.of(prediction));
                return Map.of("error", error, "gradient", gradients.get(0));
            });
            assertThat(got.get("error").scalarValue()).isCloseTo(1.25f, within(1e-6f));
            assertThat(got.get("gradient").data()).containsExactly(new float[] {0.5f, 0, -1, 0}, within(1e-6f));
        }
    }

    @Test
    public void aRunThatKeepsSamplesSaysTooWhatSamplingAndTrainingDifferBy() {
        try (ToyRun run = new ToyRun(
                new Dpok(DpokConfigs.of(Ratio.CLIPPED, Divergence.KL, 0, Baseline.NONE, 1, false, 8)),
                Optional.empty(),
                0.01,
                0)) {
            assertThat(run.epoch(1).metrics()).containsKey(MetricNames.LOG_PROB_ERROR);
        }
    }

    /** Either term holds the policy, and so moves the weights. */
    @Test
    public void bothDivergencesHoldThePolicyBack() {
        double free = gain(0, Divergence.KL);
        assertThat(free).isGreaterThan(0.1);
        assertThat(gain(10, Divergence.KL)).isLessThan(free / 2);
        assertThat(gain(1000, Divergence.PREDICTION)).isLessThan(free / 2);
    }

    private static double gain(double klLoss, Divergence divergence) {
        Dpok dpok = new Dpok(DpokConfigs.of(Ratio.CLIPPED, divergence, klLoss, Baseline.NONE, 1, false, 0));
        try (ToyRun run = new ToyRun(dpok, Optional.empty(), 0.01, 0)) {
            double first = run.epoch(1).reward();
            double last = first;
            for (int i = 2; i <= 8; i++) {
                last = run.epoch(i).reward();
            }
            assertThat(run.epoch(9).metrics())
                    .containsKey(
                            klLoss == 0
                                    ? "train/policy_loss"
                                    : divergence == Divergence.KL ? "train/kl_to_reference" : Dpok.PREDICTION_ERROR);
            return last - first;
        }
    }
}
