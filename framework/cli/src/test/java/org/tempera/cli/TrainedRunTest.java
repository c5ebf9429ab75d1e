package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tempera.base.json.PlainJson;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.PngFiles;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.runtime.Tempera;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** One short real run of the command, and what can be done with its folder. */
public class TrainedRunTest {
    private static final Path MODELS = CommandRunner.MODELS;

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path run = Path.of("");

    @BeforeClass
    public void train() throws IOException {
        run = folder.resolve("run");
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        // Everything that can be logged is: divergences, resets of the critic, gold, held-out rewards.
        Path conf = Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = 2, seed = 3 }
                policy { use = stable-diffusion, stable-diffusion { weights = "%1$s/mini-sd" } }
                algorithm {
                  use = tdpo-r
                  tdpo-r {
                    batch-size = 2, accumulation = 1
                    kl { coefficient = 0.1 }, kl-loss = 0.1
                    neuron-reset { every = 1 }
                  }
                }
                critic { use = temporal-mlp, temporal-mlp { features = pooled-latent } }
                rewards { jpeg-compressibility { role = train }, random { role = held-out } }
                gold { use = simple-animals-gold, simple-animals-gold { weights = "%1$s/gold.safetensors" } }
                sampling { prompts = "%2$s", batch-size = 2, batches-per-epoch = 1, steps = 2 }
                evaluation { every = 2, samples = 2, grid-samples = 2 }
                """
                        .formatted(
                                MODELS.toString().replace('\\', '/'),
                                prompts.toString().replace('\\', '/')));
        assertThat(command.run("train", conf.toString(), "run.output=" + run))
                .as(command.err())
                .isEqualTo(0);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void everyMetricIsInTheDocumentation() throws IOException {
        Set<String> documented = new LinkedHashSet<>();
        Matcher names = Pattern.compile(
                        "(?m)^\\| `((reward|evaluation|sign|alarm|gold|train|critic|policy|time)/[^`]+)` \\|")
                .matcher(Files.readString(Path.of("../../docs/run-folder.md")));
        while (names.find()) {
            documented.add(names.group(1));
        }
        Set<String> written = new LinkedHashSet<>();
        JsonlMetrics.read(run.resolve("metrics.jsonl")).forEach(row -> row.values()
                .keySet()
                .forEach(name -> written.add(name.replaceAll("/(jpeg-compressibility|random)/", "/<name>/")
                        .replaceAll("^sign/[^/]+/", "sign/<sign>/")
                        .replaceAll("/part[1-5]of5/", "/partNof5/"))));
        // Resets of adapters are another choice than resets of the critic.
        documented.removeIf(name -> name.startsWith("policy/"));
        // Of runs that draw several samples of a prompt; own ones of RWR, DPOK and those of pairs; of algorithms that
        // may end
        // an epoch's updates; and of runs whose divergence falls on some samples.
        documented.removeAll(Set.of(
                "reward/train/groups_without_spread",
                // Where steepness is measured.
                "alarm/steepness",
                "train/effective_share",
                "train/preference_accuracy",
                "train/preference_margin",
                "train/tied_pairs",
                "train/prediction_error_to_reference",
                "train/plan_share",
                "train/rolled_back_to",
                "train/kl_gate_share",
                "train/kl_gate_disagreement",
                "train/distance_to_behaviour",
                "train/distance_to_reference"));
        assertThat(written).containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    public void provenanceSaysHowPicturesArePrepared() throws IOException, PlainJson.MalformedException {
        Map<String, Object> provenance = PlainJson.readObject(Files.readString(run.resolve("provenance.json")));
        assertThat(provenance.get("preprocessing"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("reward jpeg-compressibility", "rounded to 8 bits");
    }

    @Test
    public void resumingAddsToTheProvenance() throws IOException, PlainJson.MalformedException {
        Path copy = folder.resolve("copy");
        try (Stream<Path> all = Files.walk(run)) {
            for (Path p : all.toList()) {
                Files.copy(p, copy.resolve(run.relativize(p)));
            }
        }
        assertThat(command.run("train", "--resume", copy.toString(), "run.epochs=3"))
                .as(command.err())
                .isEqualTo(0);
        Map<String, Object> first = PlainJson.readObject(Files.readString(run.resolve("provenance.json")));
        Map<String, Object> both = PlainJson.readObject(Files.readString(copy.resolve("provenance.json")));
        assertThat(both).containsAllEntriesOf(first);
        assertThat(both.get("resumed")).isInstanceOfSatisfying(List.class, entries -> {
            assertThat(entries).hasSize(1);
            assertThat(entries.get(0).toString()).contains("from_epoch=2", "started=", "tensorflow=", "config_sha256=");
        });
        assertThat(copy.resolve("checkpoints/epoch-0003")).isDirectory();
    }

    @Test
    public void saysOnceWhichPromptsAreReadInPart() throws IOException {
        Path prompts = Files.writeString(folder.resolve("long.txt"), "a cat\na dog" + ", detailed".repeat(100) + "\n");
        command.succeed(
                "train",
                folder.resolve("run.conf").toString(),
                "run.output=" + folder.resolve("cut"),
                "run.epochs=1",
                "sampling.steps=1",
                "sampling.guidance-scale=2",
                "sampling.negative-prompt=\"" + "blurry ".repeat(100) + "\"",
                "sampling.prompts=" + prompts,
                "evaluation.every=0",
                "rewards.clip-score.role=held-out",
                "rewards.clip-score.clip=" + MODELS.resolve("mini-clip"));
        assertThat(command.err().lines())
                .hasSize(5)
                .anyMatch(line -> line.startsWith("building the graph and reading the weights: "))
                .anyMatch(line -> line.startsWith("  the model cuts 1 of 2 prompts; of 'a dog, detailed"))
                .anyMatch(line -> line.startsWith("  reward 'clip-score' cuts 1 of 2 prompts; of 'a dog, detailed"))
                .anyMatch(line -> line.startsWith("  the model, of negative prompts, cuts 1 of 1 prompt"));
    }

    @Test
    public void replacesARunOrTakesAFreeName() throws IOException, PlainJson.MalformedException {
        String output = "run.output=" + folder.resolve("again");
        String[] train = {
            "train",
            folder.resolve("run.conf").toString(),
            output,
            "run.epochs=1",
            "sampling.steps=1",
            "evaluation.every=0",
            "--json"
        };
        command.succeed(train);
        assertThat(PlainJson.readObject(command.out()))
                .containsEntry("folder", folder.resolve("again").toString())
                .containsEntry("epochs", 1L)
                .doesNotContainKey("verdict");
        assertThat(command.err())
                .contains("run folder ", "1 of 2 samples, by tdpo-r", "jpeg-compressibility (train), random (held-out)")
                .contains("simple-animals-gold (gold)", "tensorboard --logdir ", "epoch 1/1  reward ");

        train[train.length - 1] = "--free-name";
        command.succeed(train);
        assertThat(folder.resolve("again-2/metrics.jsonl")).exists();

        train[train.length - 1] = "run.seed=9";
        assertThat(command.run(train)).isEqualTo(2);
        assertThat(command.err()).contains("--overwrite", "--free-name", "--resume");

        train[train.length - 1] = "--overwrite";
        train[3] = "policy.stable-diffusion.weights=" + folder.resolve("nowhere");
        assertThat(command.run(train)).isEqualTo(2);
        assertThat(folder.resolve("again/metrics.jsonl"))
                .as("the run stays where the new one cannot be built")
                .exists();
        train[3] = "policy.stable-diffusion.adapter.start=" + folder.resolve("again/trained");
        assertThat(command.run(train)).isEqualTo(2);
        assertThat(command.err()).contains("cannot be overwritten, for policy.stable-diffusion.adapter.start = ");
        train[3] = "run.epochs=2";
        command.succeed(train);
        assertThat(Files.readAllLines(folder.resolve("again/metrics.jsonl"))).hasSize(2);
        assertThat(command.run("train", "--resume", "x", "--overwrite")).isEqualTo(2);
    }

    @Test
    public void tensorBoardShowsTheConfigAndThePrompts() throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            assertThat(files.filter(f -> f.getFileName().toString().startsWith("events.out.tfevents.")))
                    .first()
                    .satisfies(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .contains("prompts of the evaluations", "config", "use = tdpo-r"));
        }
    }

    @Test
    public void reportsTheRunBesideAnother() throws IOException, PlainJson.MalformedException {
        command.succeed("report", run.toString(), "--beside", run.toString());
        assertThat(command.out())
                .contains("training reward", "report  ")
                .containsPattern(
                        "beside +\\S*run\\R  (reward .* difference \\+0\\.000|no rise to compare at: the training reward)");
        command.succeed("report", run.toString(), "--json", "--beside", run.toString(), run.toString());
        Map<String, Object> document = PlainJson.readObject(command.out());
        assertThat(document.get("runs")).asInstanceOf(LIST).hasSize(3);
        assertThat(document.get("beside")).asInstanceOf(LIST).hasSize(2);
        command.succeed("report", run.toString(), "--beside", run.toString());
        assertThat(command.out()).containsPattern("run +algorithm +seed +epochs +training reward +truth");
        assertThat(Files.readString(run.resolve("report.html")))
                .contains("<h2>Beside other runs</h2>", "<td>tdpo-r</td><td>3</td><td>2</td>");
        assertThat(command.run("report", run.toString(), "--beside", "nowhere")).isEqualTo(2);
        assertThat(command.err()).contains("nowhere");
        assertThat(command.out()).doesNotContain("beside");
    }

    /** Whoever is sent a run need not have what it was trained with. */
    @Test
    public void isJudgedWithoutItsPlugins() throws IOException {
        Tempera none = Tempera.load(ClassLoader.getPlatformClassLoader());
        assertThat(none.plugins().policies()).isEmpty();
        assertThat(none.report(run, Optional.empty()))
                .isEqualTo(Tempera.load(getClass().getClassLoader()).report(run, Optional.empty()))
                .isPresent();
        assertThat(Files.readString(run.resolve("report.html"))).contains("random (held-out)");
    }

    @Test
    public void drawsFromTheCheckpointThatIsAskedFor() {
        Path drawn = folder.resolve("drawn");
        assertThat(sample(drawn)).as(command.err()).isEqualTo(0);
        assertThat(command.out()).containsPattern("drawing from .*run at epoch-0002 \\(the (best|last)");
        assertThat(sample(drawn, "--checkpoint", "epoch-0000")).isEqualTo(0);
        assertThat(command.out()).contains("epoch-0000, before training");
        Path first = drawn.resolve("0001-a-dog-seed-0.png");
        assertThat(PngFiles.notes(first))
                .containsEntry("model", "run/epoch-2")
                .containsEntry("steps", "2")
                .containsEntry("eta", "1");
        assertThat(ImageFiles.read(first)).isNotEqualTo(ImageFiles.read(drawn.resolve("0002-a-dog-seed-0.png")));

        assertThat(sample(drawn, "policy.stable-diffusion.adapter.alpha=1e-12")).isEqualTo(0);
        assertThat(ImageFiles.read(drawn.resolve("0003-a-dog-seed-0.png")))
                .as("an adapter that is scaled down to nothing")
                .isEqualTo(ImageFiles.read(drawn.resolve("0002-a-dog-seed-0.png")));
        assertThat(sample(drawn, "--lora-scale", "0.5")).isEqualTo(2);
        assertThat(command.err()).contains("--lora-scale goes with --lora FILE", "adapter.alpha=2");

        assertThat(sample(drawn, "--checkpoint", "epoch-7")).isEqualTo(2);
        assertThat(command.err()).contains("epoch-0007: no such checkpoint", "epoch-0002.");
        assertThat(sample(drawn, "--checkpoint", "newest")).isEqualTo(2);
        assertThat(command.err()).contains("expected checkpoint best, last or epoch-NNNN, found 'newest'");
        assertThat(sample(drawn, "--lora", "f")).isEqualTo(2);
        assertThat(command.err()).contains("an adapter goes with a model's folder");

        assertThat(command.run(
                        "score", first.toString(), "--reward", "jpeg-compressibility", "--config", run.toString()))
                .as(command.err())
                .isEqualTo(0);
        assertThat(command.out()).startsWith("JPEG-COMPRESSIBILITY  IMAGE").contains("a dog");
        assertThat(command.run("score", first.toString(), "--reward", "aesthetic", "--config", run.toString()))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("the config has no reward 'aesthetic'. It has: jpeg-compressibility, random.");
    }

    @Test
    public void exportsTheAdapterOfTheRunAndOfACheckpoint() throws IOException {
        for (String layout : List.of("diffusers", "peft", "kohya")) {
            Path ofRun = folder.resolve(layout);
            command.succeed("export", run.toString(), ofRun.toString(), "--layout", layout);
            String file = layout.equals("peft") ? "adapter_model.safetensors" : "pytorch_lora_weights.safetensors";
            assertThat(Path.of(command.out().strip()).toAbsolutePath()).isEqualTo(ofRun.resolve(file));
            Path ofCheckpoint = folder.resolve(layout + "-2");
            command.succeed(
                    "export",
                    run.resolve("checkpoints/epoch-0002").toString(),
                    ofCheckpoint.toString(),
                    "--layout",
                    layout);
            assertThat(ofCheckpoint.resolve(file)).hasSameBinaryContentAs(ofRun.resolve(file));
            Path first = folder.resolve(layout + "-1");
            command.succeed(
                    "export", run.resolve("checkpoints/epoch-0001").toString(), first.toString(), "--layout", layout);
            assertThat(Files.mismatch(first.resolve(file), ofRun.resolve(file))).isNotNegative();
        }
    }

    @Test
    public void saysWhatCannotBeExported() throws IOException {
        Path full = folder.resolve("full");
        command.succeed(
                "train",
                folder.resolve("run.conf").toString(),
                "run.output=" + full,
                "run.epochs=1",
                "sampling.steps=1",
                "algorithm.use=ddpo",
                "algorithm.ddpo.batch-size=2",
                "algorithm.ddpo.accumulation=1",
                "evaluation.every=0",
                "policy.stable-diffusion.adapter.kind=full");
        Path young = Files.createDirectory(folder.resolve("young"));
        Files.copy(run.resolve("config.conf"), young.resolve("config.conf"));
        refuseExport("export-of-all-weights", full);
        refuseExport("export-without-checkpoint", young);
        refuseExport("export-of-no-checkpoint", run.resolve("checkpoints/epoch-0007"));
        refuseExport("export-of-checkpoints", run.resolve("checkpoints"));
        refuseExport("export-of-a-model", MODELS.resolve("mini-sd"));
        refuseExport("export-of-nothing", folder.resolve("none"));
        command.assertRefused("export-into-a-run", "export", run.toString(), full.toString(), "--layout", "peft");
        command.assertRefused("export-in-no-layout", "export", run.toString(), young.toString(), "--layout", "webui");
    }

    private void refuseExport(String name, Path source) {
        Path target = folder.resolve(name);
        command.assertRefused(name, "export", source.toString(), target.toString(), "--layout", "peft");
        assertThat(target).doesNotExist();
    }

    private int sample(Path output, String... more) {
        return command.run(Stream.concat(
                        Stream.of("sample", run.toString(), "--prompt", "a dog", "--output", output.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }
}
