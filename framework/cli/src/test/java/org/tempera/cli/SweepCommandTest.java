package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tempera.base.json.PlainJson;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.archive.RunRecordFile;
import org.tempera.runtime.config.ChildConfig;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** {@code tempera sweep} with real processes. */
public class SweepCommandTest {
    private CommandRunner command;

    @BeforeMethod
    public void makeFolder() {
        command = new CommandRunner();
    }

    @AfterMethod
    public void removeFolder() {
        command.close();
    }

    private Path sweep(int epochs, String keys) throws IOException {
        Files.writeString(command.file("prompts.txt"), "a cat\n");
        Files.writeString(
                command.file("run.conf"),
                """
                run { epochs = %d, threads = 1 }
                policy { use = stable-diffusion, stable-diffusion { weights = "%s/mini-sd" } }
                algorithm { use = ddpo, ddpo { batch-size = 1, accumulation = 1 } }
                rewards { jpeg-compressibility { role = train } }
                sampling { prompts = prompts.txt, batch-size = 1, batches-per-epoch = 1, steps = 1 }
                evaluation { every = %d, samples = 2, grid-samples = 2 }
                """
                        .formatted(epochs, CommandRunner.MODELS.toString().replace('\\', '/'), epochs));
        return Files.writeString(
                command.file("sweep.conf"),
                "sweep {\n config = run.conf\n output = runs\n records = records\n" + keys + "}\n");
    }

    @Test
    public void aFinishedRunLeavesItsRecordAndAFailedOneIsTold() throws IOException, PlainJson.MalformedException {
        Path file = sweep(
                2,
                """
                parallel = 2
                axes { algorithm = [draft] }
                control { axes = [], seeds = [1] }
                evaluate { pictures = 1, checkpoints = last }
                """);
        assertThat(command.run("sweep", file.toString(), "--quiet")).isEqualTo(2);
        assertThat(command.err())
                .contains("tempera: warning: draft/seed-1 failed: train: ", "gradient")
                .contains("tempera: 1 of 2 runs failed. Mend what their messages say, and try them again with: tempera"
                        + " sweep " + file + "\nWhere that is another setting of a run that has begun, move its folder"
                        + " away first");
        assertThat(command.out()).contains("control/seed-1  done", "1 done, 1 failed");
        RunRecord record = RunRecordFile.read(command.file("records/control/seed-1.json.gz"));
        assertThat(record.name()).isEqualTo("control/seed-1");
        assertThat(record.control()).isTrue();
        assertThat(record.epochs()).isEqualTo(2);
        assertThat(record.evaluations()).hasSize(1);
        assertThat(PlainJson.line(record.provenance()))
                .doesNotContain(command.folder().toString());
        try (Stream<Path> left = Files.list(command.file("runs"))) {
            assertThat(left).extracting(p -> p.getFileName().toString()).containsExactly("draft");
        }
        command.succeed("sweep", file.toString(), "--dry-run", "--json");
        List<?> runs = (List<?>) PlainJson.readObject(command.out()).get("runs");
        assertThat(runs.stream().map(r -> String.valueOf(((Map<?, ?>) r).get("state"))))
                .containsExactly("failed", "done");
        assertThat(command.run("sweep", file.toString(), "sweep.evaluate.pictures=2"))
                .isEqualTo(2);
        assertThat(command.err()).contains("seed-1.json.gz: is of other settings: evaluate.pictures was 1 and is 2");
        Files.writeString(command.file("records/control/seed-1.json.gz"), "cut");
        assertThat(command.run("sweep", file.toString(), "--dry-run")).isEqualTo(2);
        assertThat(command.out())
                .contains("1 failed, 1 damaged")
                .contains("seed-1.json.gz: cannot be read as the record of a run (")
                .contains("Moved away, it is made anew by the sweep.");
        assertThat(command.err()).contains("tempera: 1 run is passed over, for a file of it cannot be read.");
    }

    /** Before anything runs, and not by each of them. */
    @Test
    public void aControlThatCannotLearnIsRefused() throws IOException {
        Path file = sweep(2, "axes { algorithm = [ddpo, draft] }\ncontrol { seeds = [1] }\n");
        assertThat(command.run("sweep", file.toString(), "--dry-run")).isEqualTo(2);
        assertThat(command.err())
                .contains(
                        "sweep.control.skip: expected 'draft' in it, which follows the gradient of rewards, for random"
                                + " numbers have none (in control/draft/seed-1)");
        command.succeed("sweep", file.toString(), "--dry-run", "sweep.control.skip=[{algorithm=draft}]");
        assertThat(command.out()).contains("control/ddpo/seed-1");
    }

    /** Other users of the machine see the arguments of a process, and not its environment. */
    @Test
    public void noArgumentOfAProcessTellsASecret() throws IOException {
        Path file = sweep(
                2,
                """
                settings { rewards.remote { role = logged, url = "http://host/score?token=s3cr3tvalue" } }
                """);
        ChildConfig child =
                Main.tempera().sweepPlan(file, List.of()).children().get(0).config();
        assertThat(child.environment()).containsValue("http://host/score?token=s3cr3tvalue");
        assertThat(child.overrides()).anyMatch(o -> o.startsWith("rewards.remote.url=${TEMPERA_SWEEP_SECRET_"));
        assertThat(child.resumed()).singleElement().asString().startsWith("rewards.remote.url=${TEMPERA_SWEEP_SECRET_");
        assertThat(String.join(" ", child.overrides()) + child.resumed()).doesNotContain("s3cr3tvalue");
        command.succeed("sweep", file.toString(), "--dry-run", "--json");
        assertThat(command.out()).doesNotContain("s3cr3tvalue");
    }

    /** What it was at saves and ends by itself, and the next sweep goes on from there. */
    @Test
    public void aSweepThatIsKilledLeavesNothingBehindThatRuns() throws IOException, InterruptedException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            throw new SkipException("processes are ended otherwise");
        }
        Path file = sweep(40, "");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.tempera.cli.Main",
                        "sweep",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(command.file("output.txt").toFile())
                .start();
        Path run = command.file("runs/seed-1/run");
        List<ProcessHandle> children;
        try {
            waitFor(() -> Files.exists(run.resolve("metrics.jsonl"))
                    && Files.readAllLines(run.resolve("metrics.jsonl")).size() > 2);
            children = process.children().toList();
            assertThat(children).hasSize(1);
        } finally {
            process.destroyForcibly();
        }
        waitFor(() -> !children.get(0).isAlive());
        assertThat(run.resolve("checkpoints")).isNotEmptyDirectory();
        assertThat(Files.readString(command.file("runs/seed-1/train.log")))
                .contains("finishing this step, then saving");
        command.succeed("sweep", file.toString(), "--dry-run");
        assertThat(command.out()).contains("1 stopped");
        command.succeed("sweep", file.toString());
        assertThat(command.out())
                .containsPattern("seed-1 goes on after epoch [1-9]")
                .contains("1 done");
        assertThat(RunRecordFile.read(command.file("records/seed-1.json.gz")).epochs())
                .isEqualTo(40);
        assertThat(command.file("runs")).doesNotExist();
    }

    /** Something that may be the case by and by. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void waitFor(Condition condition) throws IOException, InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2); System.nanoTime() < end; ) {
            if (condition.holds()) {
                return;
            }
            Thread.sleep(50); // other processes write files, and tell nobody
        }
        throw new AssertionError("not within two minutes");
    }
}
