package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.record.metrics.JsonlMetrics;
import org.tempera.record.metrics.MetricRow;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Settings that are far too large: rows of finite numbers, or exit code 2 and a message that names the key. */
public class DivergedRunTest {
    private static final Path MODELS = CommandRunner.MODELS;

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path conf = Path.of("");

    @BeforeClass(alwaysRun = true)
    public void write() throws IOException {
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        conf = Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = 2, seed = 3 }
                policy { use = stable-diffusion, stable-diffusion { weights = "%1$s/mini-sd" } }
                algorithm {
                  use = tdpo-r
                  tdpo-r { batch-size = 2, accumulation = 1, neuron-reset { every = 1 } }
                }
                critic { use = temporal-mlp, temporal-mlp { features = pooled-latent } }
                rewards { jpeg-compressibility { role = train } }
                sampling { prompts = "%2$s", batch-size = 2, batches-per-epoch = 1, steps = 2 }
                evaluation { every = 2, samples = 2, grid-samples = 2 }
                """
                        .formatted(
                                MODELS.toString().replace('\\', '/'),
                                prompts.toString().replace('\\', '/')));
    }

    @AfterClass(alwaysRun = true)
    public void removeFolder() {
        command.close();
    }

    /** Nothing of it can go on, whatever was changed. */
    @Test
    public void aRunWithoutACheckpointSaysSo() {
        Path run = folder.resolve("without-checkpoint");
        int code = command.run(
                "train",
                conf.toString(),
                "run.output=" + run,
                "evaluation.every=0",
                "optimizer.learning-rate=1e38",
                "optimizer.critic-learning-rate=1e38");
        assertThat(code).as(command.err()).isEqualTo(2);
        assertThat(run.resolve("checkpoints")).doesNotExist();
        code = command.run("train", "--resume", run.toString(), "optimizer.learning-rate=1e-4", "sampling.steps=3");
        assertThat(command.err())
                .contains(
                        "expected a checkpoint, found none: the run stopped before its first one",
                        "On the command line: --overwrite or --free-name")
                .doesNotContain("cannot go on");
        assertThat(code).isEqualTo(2);
        assertThat(command.run("train", conf.toString(), "run.output=" + run)).isEqualTo(2);
        assertThat(command.err())
                .contains("already holds a run, which stopped before its first checkpoint. Overwrite it, take the next")
                .doesNotContain("--resume");
    }

    /** Numbers that are still finite after an epoch, and draw nothing: to go on from there would fail the same way. */
    @Test
    public void whatIsSavedMayHaveGoneTooFar() {
        Path run = folder.resolve("too-far");
        int code = command.run(
                "train",
                conf.toString(),
                "run.output=" + run,
                "algorithm.use=ddpo",
                "algorithm.ddpo.batch-size=2",
                "algorithm.ddpo.accumulation=1",
                "optimizer.learning-rate=1e9",
                "sampling.samples-per-prompt=2",
                "evaluation.every=1");
        assertThat(code).as(command.out()).isEqualTo(2);
        assertThat(command.err())
                .contains(
                        "diverged: ",
                        " is saved, and its weights may have gone too far already: begin again with what is"
                                + " lowered, or resume " + run + " with it.")
                .doesNotContain("to go on from there");
    }

    @DataProvider
    public Object[][] settings() {
        List<Object[]> all = new ArrayList<>();
        for (String key : List.of(
                "optimizer.learning-rate",
                "optimizer.critic-learning-rate",
                "optimizer.weight-decay",
                "algorithm.tdpo-r.kl-loss",
                "rewards.jpeg-compressibility.weight",
                "policy.stable-diffusion.adapter.alpha",
                "sampling.guidance-scale")) {
            for (String value : List.of("1e6", "1e30", "1e38")) {
                all.add(new Object[] {key, value});
            }
        }
        all.add(new Object[] {"rewards.jpeg-compressibility.weight", "1e300"});
        return all.toArray(new Object[0][]);
    }

    @Test(groups = "slow", dataProvider = "settings")
    public void isNamedOrFinite(String key, String value) {
        Path run = folder.resolve(key + "-" + value);
        int code = command.run("train", conf.toString(), "run.output=" + run, key + "=" + value);
        if (code == 0) {
            for (MetricRow row : JsonlMetrics.read(run.resolve("metrics.jsonl"))) {
                row.values().forEach((name, x) -> assertThat(Double.isFinite(x))
                        .as(name + " " + x)
                        .isTrue());
            }
        } else {
            assertThat(code).as(command.err()).isEqualTo(2);
            assertThat(command.err())
                    .contains(key.substring(key.lastIndexOf('.') + 1))
                    .doesNotContain("mistake in");
        }
    }
}
