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

/** A command that cannot begin leaves no folder behind. */
public class FailedStartTest {
    private final CommandRunner command = new CommandRunner();
    private final Path output = command.file("new/folders/output");
    private Path config;

    @BeforeClass
    public void writeFiles() throws IOException {
        Path prompts = Files.writeString(command.file("prompts.txt"), "a cat\n");
        Files.writeString(command.file("not-weights.safetensors"), "no weights");
        config = Files.writeString(
                command.file("run.conf"),
                """
                run { epochs = 1, seed = 3, threads = 1, output = "%s" }
                policy { use = stable-diffusion, stable-diffusion { weights = "%s/mini-sd" } }
                algorithm { use = ddpo, ddpo { batch-size = 2 } }
                rewards { jpeg-compressibility { role = train } }
                sampling { prompts = "%s", batch-size = 2, batches-per-epoch = 1, steps = 2 }
                """
                        .formatted(slashes(output), slashes(CommandRunner.MODELS), slashes(prompts)));
    }

    private static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] commands() {
        String conf = config.toString();
        String none = command.file("none").toString();
        String bad = command.file("not-weights.safetensors").toString();
        return new Object[][] {
            {new String[] {"train", conf, "policy.stable-diffusion.weights=" + none}},
            {new String[] {"train", conf, "algorithm.ddpo.batch-size=3"}},
            {new String[] {"train", conf, "sampling.prompts=" + none}},
            {new String[] {"train", conf, "--local-workers", "2", "sampling.batches-per-epoch=3"}},
            {new String[] {"train", conf, "rewards.clip-score.role=held-out", "rewards.clip-score.clip=" + none}},
            {new String[] {"sample", none, "--prompt", "a cat", "--output", output.toString()}},
            {
                new String[] {
                    "sample",
                    CommandRunner.MODELS.resolve("mini-sd").toString(),
                    "--prompt",
                    "a cat",
                    "--lora",
                    bad,
                    "--output",
                    output.toString()
                }
            },
            {new String[] {"export", bad, output.toString(), "--layout", "kohya"}},
            {new String[] {"convert", bad, output.resolve("out.safetensors").toString()}},
        };
    }

    @Test(dataProvider = "commands")
    public void leavesNoFolder(String[] arguments) {
        assertThat(command.run(arguments)).as(command.err()).isEqualTo(2);
        assertThat(command.file("new")).as(command.err()).doesNotExist();
    }

    /** By then there is a run, for the pictures that could not be scored are kept with it. */
    @Test
    public void aFirstScoringThatFailsLeavesNoEmptyFolders() {
        Path begun = command.file("begun");
        assertThat(scoredByNobody(begun)).as(command.err()).isEqualTo(Failure.AGAIN);
        assertThat(begun.resolve("config.conf")).exists();
        assertThat(begun.resolve("images")).doesNotExist();
        assertThat(begun.resolve("checkpoints")).doesNotExist();
    }

    /** There is nothing yet to go on from, so that the command that goes on begins. */
    @Test
    public void aScorerThatIsAwayBeforeTheFirstCheckpointMayBeWaitedForAgain() {
        Path begun = command.file("begun-again");
        assertThat(scoredByNobody(begun, "--continue")).as(command.err()).isEqualTo(Failure.AGAIN);
        assertThat(command.err()).contains("There is no checkpoint yet: begin again.", "--overwrite or --free-name");
        assertThat(scoredByNobody(begun, "--continue"))
                .as("the same command goes on waiting: " + command.err())
                .isEqualTo(Failure.AGAIN);
        assertThat(command.run("train", "--resume", begun.toString())).isEqualTo(2);
        assertThat(scoredByNobody(begun)).as("another run's place").isEqualTo(2);
    }

    private int scoredByNobody(Path output, String... options) {
        List<String> arguments = new ArrayList<>(List.of("train", config.toString()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(
                "run.output=" + slashes(output),
                "evaluation.samples=2",
                "rewards.remote.role=held-out",
                "rewards.remote.url=\"http://127.0.0.1:1/score\"",
                "rewards.remote.attempts=1"));
        return command.run(arguments.toArray(String[]::new));
    }
}
