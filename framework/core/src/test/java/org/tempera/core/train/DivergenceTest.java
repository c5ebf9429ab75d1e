package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.core.train.TinyRuns.brightness;

import java.util.List;
import java.util.Optional;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.graph.Divergence;
import org.tempera.core.reward.NamedReward;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Settings that make numbers infinite are named; a row is finite or there is none. */
public class DivergenceTest {
    @DataProvider
    public Object[][] large() {
        return new Object[][] {{1e6}, {1e30}, {1e38}};
    }

    @Test(dataProvider = "large")
    public void learningRate(double x) {
        requireTold(new OptimizerSettings(x, 0.01, 0, 0.9, 0.999, 1e-8, 1e-4, 1.0), 1, 2, "optimizer.learning-rate");
    }

    @Test(dataProvider = "large")
    public void criticLearningRate(double x) {
        requireTold(
                new OptimizerSettings(0.05, x, 0, 0.9, 0.999, 1e-8, 1e-4, 1.0), 1, 2, "optimizer.critic-learning-rate");
    }

    @Test(dataProvider = "large")
    public void weightDecay(double x) {
        requireTold(new OptimizerSettings(0.05, 0.01, 0, 0.9, 0.999, 1e-8, x, 1.0), 1, 2, "optimizer.weight-decay");
    }

    @Test(dataProvider = "large")
    public void rewardWeight(double x) {
        requireTold(usual(), x, 2, "weight of a reward");
        requireTold(usual(), -1e300, 2, "rewards.bright.weight = -1.0E300");
    }

    @Test(dataProvider = "large")
    public void guidance(double x) {
        requireTold(usual(), 1, x, "sampling.guidance-scale");
    }

    @Test
    public void whatIsSaidOfAnUpdate() {
        Trainer trainer = new Trainer(spec(new OptimizerSettings(1e38, 0.01, 0, 0.9, 0.999, 1e-8, 1e-4, 1.0), 1, 2));
        try (trainer) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 3; i++) {
                            trainer.trainEpoch();
                        }
                    })
                    .isInstanceOf(Divergence.class)
                    .hasMessageContaining("diverged: ")
                    .hasMessageContaining("resume from the last checkpoint");
            assertThat(trainer.unchangedSinceEpoch()).isFalse();
        }
    }

    /** Who only draws with a model has no optimizer to set. */
    @Test
    public void whatIsSaidOfAModelThatIsNotTrained() {
        Divergence drawn = Divergence.of("the latents");
        assertThat(drawn)
                .hasMessageStartingWith(
                        "the model diverged: the latents are no longer finite numbers. Lower the guidance")
                .message()
                .doesNotContain("optimizer", "kl.loss", "reward");
        assertThat(drawn.whileTraining()).hasMessageContaining("optimizer.learning-rate");
    }

    private static OptimizerSettings usual() {
        return new OptimizerSettings(0.05, 0.01, 2, 0.9, 0.999, 1e-8, 1e-4, 1.0);
    }

    private static TrainingSpec spec(OptimizerSettings optimizer, double weight, double guidance) {
        TrainingSpec s = TinyRuns.withCritic(5, 12, 0.05);
        return new TrainingSpec(
                s.run(),
                new SamplingSettings(s.sampling().prompts(), 4, 2, 1, 3, 1.0, guidance, ""),
                optimizer,
                s.evaluation(),
                s.checkpoint(),
                s.combination(),
                s.policy(),
                s.algorithm(),
                s.critic(),
                List.of(new NamedReward(
                        "bright",
                        new RewardSettings(RewardRole.TRAIN, weight, false, FailurePolicy.FAIL, 0),
                        brightness())),
                Optional.empty(),
                s.prompts(),
                s.evaluationPrompts());
    }

    private static void requireTold(OptimizerSettings optimizer, double weight, double guidance, String key) {
        try (Trainer trainer = new Trainer(spec(optimizer, weight, guidance))) {
            for (int i = 0; i < 5; i++) {
                trainer.trainEpoch().metrics().forEach((name, value) -> assertThat(Double.isFinite(value))
                        .as(name)
                        .isTrue());
            }
        } catch (UserException e) {
            assertThat(e).hasMessageContaining(key);
        }
    }
}
