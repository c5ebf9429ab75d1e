package org.example.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.core.sample.ImageSampler;
import org.tempera.core.train.Evaluation;
import org.tempera.core.train.RunListener;
import org.tempera.core.train.RunOutcome;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.TensorSource;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.OpenSampler;
import org.tempera.runtime.SampleOptions;
import org.tempera.runtime.Tempera;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * A model of another family trains, stops, resumes, samples and is evaluated as the built-in one does, with noise in
 * half of its steps.
 */
public class PairedFlowTrainingTest {
    private static final Path ENCODER =
            Path.of("../../examples/simple-animals/models/mini-clip").toAbsolutePath();
    private static final int STEPS = 6;

    private final Path folder = Messages.temporaryFolder();
    private final Tempera tempera = Tempera.load(PairedFlowTrainingTest.class.getClassLoader());

    @BeforeClass
    public void makeModel() throws IOException {
        FlowModels.write(folder.resolve("model"));
        Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\na bird\nred cat\n");
    }

    @AfterClass
    public void removeFolder() {
        Messages.delete(folder);
    }

    @DataProvider
    public Object[][] algorithms() {
        return new Object[][] {{"ddpo", 8}, {"tdpo-r", 4}, {"nft", 8}};
    }

    private Map<String, Object> config(String algorithm, int epochs, String run) {
        Map<String, Object> config = new TreeMap<>();
        config.put("run", Map.of("epochs", epochs, "seed", 5, "output", run, "threads", 1));
        config.put(
                "policy",
                Map.of("use", "paired-flow", "paired-flow", Map.of("weights", "model", "adapter", Map.of("rank", 2))));
        config.put("algorithm", Map.of("use", algorithm, algorithm, Map.of("batch-size", 8, "accumulation", 1)));
        if (algorithm.equals("tdpo-r")) {
            config.put("critic", Map.of("use", "temporal-mlp", "temporal-mlp", Map.of("encoder", ENCODER.toString())));
        }
        config.put("optimizer", Map.of("learning-rate", 0.01));
        config.put("rewards", Map.of("redness", Map.of("role", "train")));
        Map<String, Object> sampling = new TreeMap<>();
        sampling.putAll(Map.of("prompts", "prompts.txt", "batch-size", 8, "batches-per-epoch", 2));
        sampling.putAll(Map.of("steps", STEPS, "eta", 0.7, "guidance-scale", 2.0));
        if (algorithm.equals("nft")) {
            // Rollouts without noise, and groups of samples to compare.
            sampling.putAll(Map.of("eta", 0.0, "samples-per-prompt", 4));
        } else {
            sampling.put("stochastic-steps", Map.of("first", 0, "count", STEPS / 2));
        }
        config.put("sampling", sampling);
        config.put("evaluation", Map.of("every", 2, "samples", 8, "grid-samples", 4));
        config.put("checkpoint", Map.of("every", 2));
        return config;
    }

    @Test(dataProvider = "algorithms")
    public void trainsAndIsEvaluated(String algorithm, int epochs) {
        Path path = folder.resolve("train-" + algorithm);
        List<Evaluation> evaluations = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void evaluated(Evaluation evaluation) {
                evaluations.add(evaluation);
            }
        };
        try (OpenRun run = tempera.start(tempera.config(config(algorithm, epochs, path.toString()), folder))) {
            assertThat(run.run(listener).stopped()).isFalse();
        }
        List<MetricRow> rows = rows(path);
        assertThat(rows).allSatisfy(row -> assertThat(row.values().values())
                .allSatisfy(value -> assertThat(value).isFinite()));
        assertThat(rows.stream().filter(row -> row.values().containsKey("train/on_policy_ratio_error")))
                .hasSize(algorithm.equals("nft") ? 0 : epochs)
                .allSatisfy(row -> assertThat(row.values().get("train/on_policy_ratio_error"))
                        .isLessThan(1e-4));
        assertThat(evaluations).hasSize(1 + epochs / 2);
        assertThat(mean(evaluations.get(evaluations.size() - 1))).isGreaterThan(mean(evaluations.get(0)));
    }

    @DataProvider
    public Object[][] resumed() {
        return new Object[][] {{"tdpo-r"}, {"nft"}};
    }

    @Test(dataProvider = "resumed")
    public void stoppedInAnEpochAndResumedEqualsNeverStopped(String algorithm) {
        Path whole = folder.resolve("whole-" + algorithm);
        Path parts = folder.resolve("parts-" + algorithm);
        try (OpenRun run = tempera.start(tempera.config(config(algorithm, 2, whole.toString()), folder))) {
            run.run(progress -> {});
        }
        try (OpenRun run = tempera.start(tempera.config(config(algorithm, 2, parts.toString()), folder))) {
            RunOutcome stopped = run.run(new RunListener() {
                @Override
                public void batchDrawn(int epoch, int drawn, int samples) {
                    if (epoch == 2 && drawn < samples) {
                        run.requestStop();
                    }
                }
            });
            assertThat(stopped.stoppedAt()).hasValue("within epoch 2");
        }
        try (OpenRun run = tempera.resume(parts, List.of())) {
            assertThat(run.run(progress -> {}).stopped()).isFalse();
        }
        assertThat(rows(parts)).isEqualTo(rows(whole));
        assertThat(tensors(parts)).isEqualTo(tensors(whole));
        assertThat(parts.resolve("samples.jsonl")).hasSameTextualContentAs(whole.resolve("samples.jsonl"));
    }

    /** A trained adapter draws the same pictures from its file, in every layout, as from the run. */
    @Test(dependsOnMethods = "stoppedInAnEpochAndResumedEqualsNeverStopped")
    public void samplesFromARunAndFromItsAdapter() {
        Path run = folder.resolve("whole-tdpo-r");
        ImageSampler.Request request = new ImageSampler.Request("red cat", 3);
        SampleOptions.Builder options =
                SampleOptions.builder().steps(STEPS).eta(0.7).guidanceScale(2.0);
        byte[] trained = draw(run, options.build(), request);
        byte[] untrained = draw(folder.resolve("model"), options.build(), request);
        for (AdapterLayout layout : AdapterLayout.values()) {
            Path adapter = folder.resolve("exported-" + layout);
            tempera.exportAdapter(run, adapter, layout);
            options.adapter(new AdapterFile(adapter, 1));
            assertThat(draw(folder.resolve("model"), options.build(), request))
                    .as(layout.toString())
                    .isEqualTo(trained);
        }
        assertThat(untrained).isNotEqualTo(trained);
    }

    private byte[] draw(Path model, SampleOptions options, ImageSampler.Request request) {
        try (OpenSampler sampler = tempera.sampler(model, options)) {
            return sampler.sampler().draw(request.prompt(), request.seed()).bytes();
        }
    }

    /** The ways by which a prompt reaches the network, each silenced or not. */
    @DataProvider
    public Object[][] ways() {
        String states = "context_embedder";
        String pooled = "time_text_embed.text_embedder.linear_1";
        return new Object[][] {
            {Set.of(), true}, {Set.of(states), true}, {Set.of(pooled), true}, {Set.of(states, pooled), false},
        };
    }

    /** Pictures of two prompts differ by the states of the tokens alone, and by the pooled vector alone. */
    @Test(dataProvider = "ways")
    public void everyTensorOfTheTextCounts(Set<String> silent, boolean differ) throws IOException {
        Path model = FlowModels.write(folder.resolve("model without " + String.join(", ", silent)), silent);
        SampleOptions options =
                SampleOptions.builder().steps(2).guidanceScale(1.0).build();
        byte[] cat = draw(model, options, new ImageSampler.Request("a cat", 1));
        byte[] dog = draw(model, options, new ImageSampler.Request("blue dog", 1));
        assertThat(Arrays.equals(cat, dog)).isEqualTo(!differ);
    }

    private static double mean(Evaluation evaluation) {
        float[] training = evaluation.training().orElseThrow();
        double sum = 0;
        for (float score : training) {
            sum += score;
        }
        return sum / training.length;
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
        try (TensorSource file = SafetensorsFile.open(run.resolve("checkpoints/epoch-0002/tensors.safetensors"))) {
            for (String name : file.names()) {
                all.put(name, file.readTensor(name));
            }
        }
        return all;
    }
}
