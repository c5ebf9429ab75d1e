package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.core.train.TinyRuns.brightness;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.reward.ImageScorer;
import org.tempera.core.reward.NamedReward;
import org.tempera.graph.Divergence;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Settings that make numbers infinite are named; a row is finite or there is none. */
public class DivergenceTest {
    private enum Outcome {
        STAYS_FINITE,
        IS_TOLD
    }

    @DataProvider
    public Object[][] large() {
        return new Object[][] {
            {"optimizer.learning-rate", optimizer(1e6, 0.01, 1e-4), 1, 2, Outcome.IS_TOLD},
            {"optimizer.learning-rate", optimizer(1e30, 0.01, 1e-4), 1, 2, Outcome.IS_TOLD},
            {"optimizer.learning-rate", optimizer(1e38, 0.01, 1e-4), 1, 2, Outcome.IS_TOLD},
            {"optimizer.critic-learning-rate", optimizer(0.05, 1e6, 1e-4), 1, 2, Outcome.IS_TOLD},
            {"optimizer.critic-learning-rate", optimizer(0.05, 1e30, 1e-4), 1, 2, Outcome.IS_TOLD},
            {"optimizer.critic-learning-rate", optimizer(0.05, 1e38, 1e-4), 1, 2, Outcome.IS_TOLD},
            {"optimizer.weight-decay", optimizer(0.05, 0.01, 1e6), 1, 2, Outcome.IS_TOLD},
            {"optimizer.weight-decay", optimizer(0.05, 0.01, 1e30), 1, 2, Outcome.IS_TOLD},
            {"optimizer.weight-decay", optimizer(0.05, 0.01, 1e38), 1, 2, Outcome.IS_TOLD},
            {"weight of a reward", usual(), 1e6, 2, Outcome.STAYS_FINITE},
            {"weight of a reward", usual(), 1e30, 2, Outcome.IS_TOLD},
            {"weight of a reward", usual(), 1e38, 2, Outcome.IS_TOLD},
            {"rewards.bright.weight = -1.0E300", usual(), -1e300, 2, Outcome.IS_TOLD},
            {"sampling.guidance-scale", usual(), 1, 1e6, Outcome.STAYS_FINITE},
            {"sampling.guidance-scale", usual(), 1, 1e30, Outcome.IS_TOLD},
            {"sampling.guidance-scale", usual(), 1, 1e38, Outcome.IS_TOLD},
        };
    }

    @Test(dataProvider = "large")
    public void aLargeSettingEndsAsItMust(
            String key, OptimizerSettings optimizer, double weight, double guidance, Outcome outcome) {
        try (Trainer trainer = new Trainer(spec(optimizer, weight, guidance))) {
            if (outcome == Outcome.STAYS_FINITE) {
                requireFinite(trainer);
            } else {
                assertThatThrownBy(() -> requireFinite(trainer))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining(key);
            }
        }
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
                    .hasMessageContaining("Nothing of the update is saved.");
            assertThat(trainer.unchangedSinceEpoch()).isFalse();
        }
    }

    @Test
    public void whatIsSaidBeforeThereIsACheckpoint() {
        Path dir = Messages.temporaryFolder();
        try {
            assertThatThrownBy(() -> TinyRuns.train(spec(optimizer(1e38, 0.01, 1e-4), 1, 2), dir.resolve("run"), -1))
                    .hasMessageContaining("the update diverged: ")
                    .hasMessageEndingWith("There is no checkpoint yet: begin again.");
        } finally {
            Messages.delete(dir);
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
                .doesNotContain("optimizer", "kl-loss", "reward");
        assertThat(drawn.whileTraining()).hasMessageContaining("optimizer.learning-rate");
    }

    /** Latents are looked at before they are decoded, so that it is the decoder that made something else of them. */
    @Test
    public void picturesThatAreNoneAreTheDecoders() {
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Operand<TFloat32> latents = graph.floatInput("latents", 1, 2, 2, 3);
            ImageScorer scorer = new ImageScorer(
                    graph, "decode", latents, scope -> scope.tf().math.log(latents), Map.of());
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                HostTensor negative = HostTensor.of(new float[] {1, 1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 1, 2, 2, 3);
                assertThatThrownBy(() -> scorer.inGraph(session, negative, List.of("a cat")))
                        .isInstanceOfSatisfying(Divergence.class, e -> assertThat(e.whileTraining())
                                .hasMessageContaining("take another VAE"))
                        .hasMessageStartingWith("the model's decoder (VAE) diverged: ");
            }
        }
    }

    private static OptimizerSettings usual() {
        return new OptimizerSettings(0.05, 0.01, 2, 0.9, 0.999, 1e-8, 1e-4, 1.0);
    }

    private static OptimizerSettings optimizer(double learningRate, double criticLearningRate, double weightDecay) {
        return new OptimizerSettings(learningRate, criticLearningRate, 0, 0.9, 0.999, 1e-8, weightDecay, 1.0);
    }

    private static TrainingSpec spec(OptimizerSettings optimizer, double weight, double guidance) {
        TrainingSpec s = TinyRuns.withCritic(5, 12, 0.05);
        return SpecCopy.of(s)
                .sampling(new SamplingSettings(s.sampling().prompts(), 4, 2, 1, 3, 1.0, guidance, ""))
                .optimizer(optimizer)
                .rewards(List.of(new NamedReward(
                        "bright",
                        new RewardSettings(RewardRole.TRAIN, weight, false, FailurePolicy.FAIL, 0),
                        brightness())))
                .gold(Optional.empty())
                .build();
    }

    private static void requireFinite(Trainer trainer) {
        for (int i = 0; i < 5; i++) {
            trainer.trainEpoch().metrics().forEach((name, value) -> assertThat(Double.isFinite(value))
                    .as(name)
                    .isTrue());
        }
    }
}
