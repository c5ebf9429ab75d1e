package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.reward.NamedReward;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.TensorSource;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tempera.toy.ToyPolicy;

/** Runs of the tiny policy and what they leave behind. */
final class TinyRuns {
    private TinyRuns() {}

    /** A new run, asked to stop after an epoch; none if that is negative. */
    static RunOutcome train(TrainingSpec spec, Path path, int stopAfter) {
        return train(spec, path, (training, progress) -> {
            if (progress.epoch() == stopAfter) {
                training.requestStop();
            }
        });
    }

    static RunOutcome train(TrainingSpec spec, Path path, BiConsumer<TrainingRun, Progress> listener) {
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec, run)) {
                return training.run(Map.of(), p -> listener.accept(training, p));
            }
        }
    }

    /** Trains to the end. @param listener hears how it goes */
    static RunOutcome train(TrainingSpec spec, Path path, RunListener listener) {
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec, run)) {
                return training.run(Map.of(), listener);
            }
        }
    }

    static RunOutcome resume(TrainingSpec spec, Path path) {
        try (RunFolder run = RunFolder.resume(path);
                TrainingRun training = TrainingRun.resume(spec, run)) {
            return training.run(Map.of(), p -> {});
        }
    }

    /** Fails unless a run of four epochs that was stopped left what one left that was not. */
    static void requireSame(Path stopped, Path whole) {
        assertThat(rows(stopped)).isEqualTo(rows(whole));
        assertThat(checkpoints(stopped)).isEqualTo(checkpoints(whole));
        assertThat(tensors(stopped.resolve("checkpoints/epoch-0004")))
                .isEqualTo(tensors(whole.resolve("checkpoints/epoch-0004")));
        assertThat(stopped.resolve("samples.jsonl")).hasSameTextualContentAs(whole.resolve("samples.jsonl"));
        assertThat(stopped.resolve("images/epoch-0004.png"))
                .hasSameBinaryContentAs(whole.resolve("images/epoch-0004.png"));
    }

    /** Names of the checkpoints that a run has left. */
    static List<String> checkpoints(Path run) {
        return OwnFiles.list(run.resolve("checkpoints")).stream()
                .map(folder -> folder.getFileName().toString())
                .sorted()
                .toList();
    }

    static List<MetricRow> rows(Path run) {
        List<MetricRow> rows = new ArrayList<>();
        for (MetricRow row : JsonlMetrics.read(run.resolve("metrics.jsonl"))) {
            var values = new java.util.TreeMap<>(row.values());
            values.keySet().removeIf(name -> name.startsWith("time/"));
            rows.add(new MetricRow(row.epoch(), values));
        }
        return rows;
    }

    static Map<String, Object> tensors(Path checkpoint) {
        Map<String, Object> all = new java.util.TreeMap<>();
        try (TensorSource file = SafetensorsFile.open(checkpoint.resolve("tensors.safetensors"))) {
            for (String name : file.names()) {
                all.put(name, file.readTensor(name));
            }
        }
        return all;
    }

    static Reward brightness() {
        return GraphReward.of(
                (scope, in) -> scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3})));
    }

    static TrainingSpec spec(int epochs, Reward reward, FailurePolicy onFailure) {
        return spec(epochs, reward, onFailure, 0.05);
    }

    static TrainingSpec spec(int epochs, Reward reward, FailurePolicy onFailure, double learningRate) {
        return spec(epochs, reward, onFailure, learningRate, new TinyReinforce(), Optional.empty());
    }

    static TrainingSpec withCritic(int epochs, int replayed, double learningRate) {
        return spec(
                epochs,
                brightness(),
                FailurePolicy.FAIL,
                learningRate,
                new TinyActorCritic(replayed),
                Optional.of(TinyActorCritic.critic(2)));
    }

    static TrainingSpec spec(
            int epochs,
            Reward reward,
            FailurePolicy onFailure,
            double learningRate,
            Algorithm algorithm,
            Optional<Critic> critic) {
        return new TrainingSpec(
                new RunSettings(epochs, 7, Path.of("unused"), 1, 1, 1),
                new SamplingSettings(Path.of("unused"), 4, 2, 1, 3, 1.0, 2.0, ""),
                new OptimizerSettings(learningRate, 0.01, 2, 0.9, 0.999, 1e-8, 1e-4, 1.0),
                new EvaluationSettings(2, Optional.empty(), 8, 3, 4),
                new CheckpointSettings(1, 5, 0),
                CombinationSettings.defaults(),
                new ToyPolicy(),
                algorithm,
                critic,
                List.of(new NamedReward(
                        "bright", new RewardSettings(RewardRole.TRAIN, 1, false, onFailure, 0), reward)),
                Optional.empty(),
                List.of("red", "green", "blue"),
                List.of("red", "green", "blue"));
    }
}
