package org.tempera.algorithms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.tempera.algorithms.critic.TemporalMlpConfig;
import org.tempera.algorithms.critic.TemporalMlpProvider;
import org.tempera.algorithms.d3po.D3po;
import org.tempera.algorithms.d3po.D3poConfig;
import org.tempera.algorithms.dpo.DiffusionDpo;
import org.tempera.algorithms.dpo.DiffusionDpoConfig;
import org.tempera.algorithms.dpok.Dpok;
import org.tempera.algorithms.dpok.DpokConfigs;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.stats.PairsConfig;
import org.tempera.algorithms.stats.RewardPairs;
import org.tempera.algorithms.stats.StepwiseConfig;
import org.tempera.algorithms.stats.UpdateConfig;
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
import org.tempera.core.train.RunListener;
import org.tempera.core.train.TrainingRun;
import org.tempera.core.train.TrainingSpec;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.TensorSource;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.reward.GraphReward;
import org.tempera.toy.ToyPolicy;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Runs that were stopped after an update and resumed leave what runs leave that never stopped. */
public class ResumedRunTest {
    private static final int EPOCHS = 3;

    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "resumed");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @DataProvider
    Object[][] algorithms() {
        return new Object[][] {
            {
                "d3po",
                (Supplier<Algorithm>) () -> new D3po(new D3poConfig(
                        new StepwiseConfig(new UpdateConfig(4, 1, 1), 1),
                        new PairsConfig(RewardPairs.Rule.NEIGHBOURS),
                        0.1,
                        LogProbKind.SUM,
                        Optional.empty()))
            },
            {
                "diffusion-dpo, online",
                (Supplier<Algorithm>) () -> new DiffusionDpo(
                        DiffusionDpoConfig.of(new UpdateConfig(4, 1, 2), 20, DiffusionDpoConfig.Source.ONLINE))
            },
            {"dpok, replay", (Supplier<Algorithm>) () -> new Dpok(DpokConfigs.release(8))},
        };
    }

    @Test(dataProvider = "algorithms")
    public void equalRunsThatNeverStopped(String name, Supplier<Algorithm> algorithm) {
        Path whole = folder.resolve("whole");
        int updates = train(algorithm.get(), whole, Integer.MAX_VALUE);
        assertThat(updates).isGreaterThan(EPOCHS);
        for (int stop : new int[] {1, updates / 2, updates - 1}) {
            Path parts = folder.resolve("stopped-at-" + stop);
            train(algorithm.get(), parts, stop);
            try (RunFolder run = RunFolder.resume(parts);
                    TrainingRun training = TrainingRun.resume(spec(algorithm.get()), run)) {
                training.run(Map.of(), p -> {});
            }
            assertThat(rows(parts)).isEqualTo(rows(whole));
            assertThat(tensors(parts)).isEqualTo(tensors(whole));
        }
    }

    private static int train(Algorithm algorithm, Path path, int stopAfter) {
        AtomicInteger updates = new AtomicInteger();
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec(algorithm), run)) {
                training.run(Map.of(), new RunListener() {
                    @Override
                    public void updated(int epoch, int done, int minibatches) {
                        if (updates.incrementAndGet() == stopAfter) {
                            training.requestStop();
                        }
                    }
                });
            }
        }
        return updates.get();
    }

    private static TrainingSpec spec(Algorithm algorithm) {
        GraphReward brightness = GraphReward.of(
                (scope, in) -> scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3})));
        List<String> prompts = List.of("cat", "horse");
        return new TrainingSpec(
                new RunSettings(EPOCHS, 7, Path.of("unused"), 1, 1, 1),
                new SamplingSettings(Path.of("unused"), 4, 2, 4, 3, 1.0, 2.0, ""),
                new OptimizerSettings(0.02, 0.01, 2, 0.9, 0.999, 1e-8, 1e-4, 1.0),
                new EvaluationSettings(0, Optional.empty(), 8, 3, 4),
                new CheckpointSettings(1, 5, 0),
                CombinationSettings.defaults(),
                new ToyPolicy(),
                algorithm,
                algorithm.needs().contains(Need.CRITIC)
                        ? Optional.of(new TemporalMlpProvider().create(TemporalMlpConfig.defaults()))
                        : Optional.empty(),
                List.of(new NamedReward(
                        "brightness",
                        new RewardSettings(RewardRole.TRAIN, 1, false, FailurePolicy.FAIL, 0),
                        brightness)),
                Optional.empty(),
                prompts,
                prompts);
    }

    private static List<MetricRow> rows(Path run) {
        List<MetricRow> rows = new ArrayList<>();
        for (MetricRow row : JsonlMetrics.read(run.resolve("metrics.jsonl"))) {
            TreeMap<String, Double> values = new TreeMap<>(row.values());
            values.keySet().removeIf(name -> name.startsWith("time/"));
            rows.add(new MetricRow(row.epoch(), values));
        }
        return rows;
    }

    private static Map<String, Object> tensors(Path run) {
        Map<String, Object> all = new TreeMap<>();
        Path file = run.resolve("checkpoints/epoch-000" + EPOCHS + "/tensors.safetensors");
        try (TensorSource tensors = SafetensorsFile.open(file)) {
            tensors.names().forEach(name -> all.put(name, tensors.readTensor(name)));
        }
        return all;
    }
}
