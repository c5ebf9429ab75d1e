package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** What is refused with {@code --local-workers} is so before a process is started, in the words of one alone. */
public class LocalWorkersTest {
    private final CommandRunner command = new CommandRunner();
    private Path config = Path.of("");

    @BeforeClass
    public void writeFiles() {
        config = command.smallRun(
                """
                sampling { batches-per-epoch = 2 }
                algorithm { use = ddpo, ddpo { batch-size = 4, accumulation = 1 } }
                rewards { jpeg-compressibility { role = train } }
                """);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void aRunThatIsThereKeepsTheLogsOfItsWorkers() throws IOException {
        Files.createDirectories(command.file("taken"));
        Files.writeString(command.file("taken/config.conf"), "");
        Path log = Files.writeString(command.file("taken-worker-1.log"), "how worker 1 has ended\n");
        assertThat(refused("taken", "--local-workers", "2"))
                .contains("already holds a run")
                .isEqualTo(refused("taken"));
        assertThat(log).hasContent("how worker 1 has ended");
    }

    @Test
    public void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Files.writeString(command.file("a-file"), "");
        assertThat(refused("a-file/run", "--local-workers", "2"))
                .contains("a-file/run", "cannot be written")
                .isEqualTo(refused("a-file/run"));
    }

    @Test
    public void batchesThatTheyCannotShareOutAreRefusedBeforeTheyAreStarted() {
        assertThat(refused("odd", "--local-workers", "2", "sampling.batches-per-epoch=3"))
                .contains("sampling.batches-per-epoch: expected a multiple of the 2 workers");
        assertThat(command.file("odd-worker-1.log")).doesNotExist();
    }

    /** A run that has no checkpoint is known by its folder alone. */
    @Test
    public void aRunWithoutACheckpointStartsNoWorkers() {
        Path run = command.file("begun");
        assertThat(command.run(
                        "train",
                        config.toString(),
                        "run.output=" + run,
                        "evaluation.samples=2",
                        "rewards.remote.role=held-out",
                        "rewards.remote.url=\"http://127.0.0.1:1/score\"",
                        "rewards.remote.attempts=1"))
                .as(command.err())
                .isEqualTo(Failure.AGAIN);
        assertThat(command.run("train", "--resume", run.toString(), "--local-workers", "2"))
                .as(command.err())
                .isEqualTo(Failure.USER_ERROR);
        assertThat(command.err()).contains("checkpoint");
        assertThat(command.file("begun-worker-1.log")).doesNotExist();
    }

    @Test(timeOut = 60_000)
    public void noMoreAreFoundPortsForThanCanTrainTogether() {
        assertThat(refused("many", "--local-workers", "1000000"))
                .contains("--local-workers: expected 1 to 511, found 1000000");
    }

    @Test
    public void moreThanThereAreProcessorsAreWarnedOf() {
        int processors = Runtime.getRuntime().availableProcessors();
        int workers = processors + 1;
        assertThat(refused("turns", "--local-workers", "" + workers, "sampling.batches-per-epoch=" + (workers + 1)))
                .contains(
                        "--local-workers: " + workers + " workers have to take turns (processors of this machine: "
                                + processors + ")",
                        "expected a multiple of the " + workers + " workers");
    }

    /** What the command says. */
    private String refused(String output, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("train", config.toString(), "run.output=" + command.file(output)));
        arguments.addAll(List.of(more));
        assertThat(command.run(arguments.toArray(String[]::new)))
                .as(command.err())
                .isEqualTo(Failure.USER_ERROR);
        return command.err();
    }
}
