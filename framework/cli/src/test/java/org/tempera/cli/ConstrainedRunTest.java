package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Constraints around other algorithms, by overrides of one file, on a model from a diffusers folder. */
public class ConstrainedRunTest {
    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path conf = Path.of("");

    @BeforeClass
    public void writeConfig() {
        conf = command.smallRun(
                """
                algorithm {
                  use = constrained
                  ddpo { batch-size = 2, accumulation = 1 }
                  grpo { batch-size = 2, accumulation = 1 }
                }
                rewards { random { role = train }, jpeg-compressibility { role = constraint }, human { use = random, role = logged } }
                """);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] settings() {
        // The last epoch's bound is far above what the model reaches, so that the multiplier has moved, and not to its
        // end.
        String bound = "algorithm.constrained.constraints.jpeg-compressibility.margin=-20";
        String slow = "algorithm.constrained.multiplier.learning-rate=0.2";
        return new Object[][] {
            {"ddpo", List.of(bound, slow, "algorithm.ddpo.kl.coefficient=0.1", "algorithm.ddpo.kl.target=1")},
            {
                "grpo",
                List.of(
                        bound,
                        "algorithm.constrained.multiplier.rule=pid",
                        "algorithm.grpo.kl-loss=0.1",
                        "algorithm.grpo.kl-gate.against=[human]")
            },
        };
    }

    @Test(dataProvider = "settings")
    public void runsAndGoesOnAsIfItHadNotStopped(String of, List<String> overrides) throws IOException {
        Path whole = folder.resolve(of + "-whole");
        Path parts = folder.resolve(of + "-parts");
        train(of, overrides, "run.epochs=3", "run.output=" + whole);
        assertThat(command.out())
                .containsOnlyOnce("bounds           jpeg-compressibility at or above ")
                .containsPattern("epoch 1/3 .* jpeg-compressibility slack -\\d+\\.\\d{4} multiplier 0\\.0000 ")
                .containsPattern("epoch 3/3 .* jpeg-compressibility slack -\\d+\\.\\d{4} multiplier \\d+\\.\\d*[1-9]")
                .containsPattern("\nbound +jpeg-compressibility \\S+: evaluated -?\\d.*, not held\n")
                .containsPattern("\nlogged +human ")
                .doesNotContain("logged           human, jpeg", "jpeg-compressibility -> ");
        train(of, overrides, "run.epochs=1", "run.output=" + parts);
        command.succeed("train", "--resume", parts.toString(), "run.epochs=3");
        for (String file : List.of("tensors.safetensors", "state.json")) {
            Path at = Path.of("checkpoints/epoch-0003", file);
            if (Files.exists(whole.resolve(at))) {
                assertThat(Files.mismatch(whole.resolve(at), parts.resolve(at)))
                        .as(file)
                        .isNegative();
            }
        }
        String metrics = Files.readString(whole.resolve("metrics.jsonl"));
        assertThat(metrics).contains("\"constraint/jpeg-compressibility/slack\":-");
        assertThat(metrics.lines().filter(line -> line.contains("/multiplier\":0.0")))
                .as("epochs without a weight: the first")
                .hasSize(1);
        assertThat(whole.resolve("report.html")).content().contains("<h2>Constraints</h2>");
        assertThat(whole.resolve("run.json")).content().contains("constrained " + of);
    }

    private void train(String of, List<String> overrides, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", conf.toString(), "algorithm.constrained.of=" + of));
        arguments.addAll(overrides);
        arguments.addAll(List.of(more));
        command.succeed(arguments.toArray(String[]::new));
    }

    @Test
    public void whatDoesNotFitIsRefusedByName() {
        String output = "run.output=" + folder.resolve("refused");
        assertThat(command.run("train", conf.toString(), output, "algorithm.constrained.constraints.jpg.bound=1"))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("algorithm.constrained.constraints.jpg: expected the name of a reward with role ="
                        + " constraint, one of [jpeg-compressibility], found 'jpg'");
        assertThat(command.run("train", conf.toString(), output, "rewards.jpeg-compressibility.role=held-out"))
                .isEqualTo(2);
        assertThat(command.err()).contains("none has role = constraint");
        assertThat(command.run("train", conf.toString(), output, "algorithm.constrained.of=draft"))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("algorithm.constrained.of: expected", "'draft', which follows their gradient");
        assertThat(command.run(
                        "train",
                        conf.toString(),
                        output,
                        "algorithm.ddpo.kl-loss=1",
                        "algorithm.ddpo.kl-gate.against=[nobody]"))
                .isEqualTo(2);
        assertThat(command.err()).contains("algorithm.ddpo.kl-gate.against: expected rewards", "found 'nobody'");
    }
}
