package org.tempera.algorithms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.critic.TemporalMlpConfig;
import org.tempera.algorithms.critic.TemporalMlpProvider;
import org.tempera.algorithms.ddpo.DdpoConfig;
import org.tempera.algorithms.ddpo.DdpoProvider;
import org.tempera.algorithms.kl.KlConfig;
import org.tempera.algorithms.kl.KlGateConfig;
import org.tempera.algorithms.kl.KlPenalty;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.loss.SurrogateConfig;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.algorithms.tdpo.CriticReplayConfig;
import org.tempera.algorithms.tdpo.NeuronResetConfig;
import org.tempera.algorithms.tdpo.TdpoConfig;
import org.tempera.algorithms.tdpo.TdpoProvider;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.critic.Critic;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Algorithms and critic on a toy policy, through the learner that training uses. */
public class LearningTest {
    private static Algorithm ddpo(LogProbKind kind, double klLoss) {
        return new DdpoProvider()
                .create(new DdpoConfig(
                        new StepwiseConfig(new UpdateConfig(8, 1, 1), 1),
                        SurrogateConfig.of(Optional.of(kind)),
                        NormalisationConfig.defaults(5),
                        new RegulariserConfig(klLoss)));
    }

    private static Algorithm tdpo(Preset preset, double coefficient, double klLoss) {
        return tdpo(preset, coefficient, klLoss, 1);
    }

    private static Algorithm tdpo(Preset preset, double coefficient, double klLoss, double lambda) {
        return new TdpoProvider()
                .create(new TdpoConfig(
                        preset,
                        StepwiseConfig.defaults(),
                        SurrogateConfig.of(Optional.empty()),
                        Optional.empty(),
                        1,
                        1,
                        lambda,
                        true,
                        0,
                        NormalisationConfig.defaults(0),
                        new RegulariserConfig(
                                new KlConfig(coefficient, KlPenalty.CLIP, 0.2, Optional.of(1.0), 100),
                                klLoss,
                                KlGateConfig.none()),
                        CriticReplayConfig.defaults(),
                        NeuronResetConfig.defaults()));
    }

    private static Critic critic() {
        return new TemporalMlpProvider().create(TemporalMlpConfig.defaults());
    }

    @DataProvider
    Object[][] algorithms() {
        return new Object[][] {
            {"ddpo", ddpo(LogProbKind.SUM, 0), Optional.empty()},
            {"ddpo, mean", ddpo(LogProbKind.MEAN, 0), Optional.empty()},
            {"tdpo", tdpo(Preset.DEFAULT, 0, 0), Optional.of(critic())},
            {"tdpo, values", tdpo(Preset.DEFAULT, 0, 0, 0.9), Optional.of(critic())},
            {"tdpo, reference", tdpo(Preset.REFERENCE, 0.1, 0), Optional.of(critic())}
        };
    }

    @Test(dataProvider = "algorithms")
    public void theRatioIsOneBeforeAnUpdate(String name, Algorithm algorithm, Optional<Critic> critic) {
        // Learning rates of zero: every micro-batch is one before an update.
        try (ToyRun run = new ToyRun(algorithm, critic, 0, 0)) {
            Map<String, Double> metrics = run.epoch(1).metrics();
            assertThat(metrics.get("train/ratio_error")).isLessThanOrEqualTo(1e-6);
            assertThat(metrics.get("train/clip_fraction")).isZero();
            assertThat(metrics.get("train/approx_kl")).isLessThanOrEqualTo(1e-6);
        }
    }

    /** A critic's values and log-probabilities are zero outside of the window: no statistic may count them. */
    @Test(dataProvider = "algorithms")
    public void onlyAWindowIsLearntFrom(String name, Algorithm algorithm, Optional<Critic> critic) {
        try (ToyRun run = new ToyRun(new ToyPolicy(), algorithm, critic, 0.02, 3e-3, step -> step == 1 || step == 2)) {
            Map<String, Double> first = run.epoch(1).metrics();
            assertThat(first.values()).allSatisfy(v -> assertThat(v).isFinite());
            double before = run.epoch(2).reward();
            double after = before;
            for (int i = 3; i < 14; i++) {
                after = run.epoch(i).reward();
            }
            assertThat(after).isGreaterThan(before + 0.05);
        }
    }

    @Test
    public void ddpoRaisesTheReward() {
        try (ToyRun run = new ToyRun(ddpo(LogProbKind.SUM, 0), Optional.empty(), 0.02, 0)) {
            assertThat(gain(run)).isGreaterThan(0.2);
        }
    }

    @Test
    public void tdpoRaisesTheReward() {
        try (ToyRun run = new ToyRun(tdpo(Preset.DEFAULT, 0, 0), Optional.of(critic()), 0.01, 3e-3)) {
            assertThat(gain(run)).isGreaterThan(0.2);
        }
    }

    @Test
    public void theDivergenceInTheLossHoldsThePolicyBack() {
        try (ToyRun run = new ToyRun(ddpo(LogProbKind.SUM, 10), Optional.empty(), 0.02, 0)) {
            assertThat(gain(run)).isLessThan(0.1);
            assertThat(run.epoch(9).metrics()).containsKey("train/kl_to_reference");
        }
    }

    @Test
    public void thePenaltyInTheRewardIsMeasuredAndItsFactorMoves() {
        Algorithm algorithm = tdpo(Preset.DEFAULT, 0.1, 0);
        try (ToyRun run = new ToyRun(algorithm, Optional.of(critic()), 0.02, 3e-3)) {
            Map<String, Double> first = run.epoch(1).metrics();
            // The adapter is zero at first, so both policies are one.
            assertThat(first.get("train/kl_of_samples")).isZero();
            assertThat(first.get("train/kl_factor")).isEqualTo(0.1 * 0.2);
            // Below the target of 1 by its whole size: the factor falls by a fifth times 16 of 100 samples.
            assertThat(run.epoch(2).metrics().get("train/kl_factor"))
                    .isCloseTo(0.1 * 0.2 * (1 - 0.2 * 0.16), org.assertj.core.data.Offset.offset(1e-9));
        }
        Algorithm restored = tdpo(Preset.DEFAULT, 0.1, 0);
        restored.restore(algorithm.state());
        assertThat(restored.state()).isEqualTo(algorithm.state());
    }

    @Test
    public void tdpoReportsItsCritic() {
        try (ToyRun run = new ToyRun(tdpo(Preset.DEFAULT, 0, 0), Optional.of(critic()), 0, 3e-3)) {
            Map<String, Double> metrics = run.epoch(1).metrics();
            assertThat(metrics)
                    .containsKeys(
                            "critic/explained_variance",
                            "critic/loss",
                            "critic/clip_fraction",
                            "train/policy_loss",
                            "train/temporal_reward_mean");
            double before = metrics.get("critic/loss");
            double after = before;
            for (int i = 2; i < 12; i++) {
                after = run.epoch(i).metrics().get("critic/loss");
            }
            assertThat(after).isLessThan(before);
        }
    }

    /** Mean reward of the eighth epoch less that of the first. */
    private static double gain(ToyRun run) {
        double first = run.epoch(1).reward();
        double last = first;
        for (int i = 2; i <= 8; i++) {
            last = run.epoch(i).reward();
        }
        return last - first;
    }
}
