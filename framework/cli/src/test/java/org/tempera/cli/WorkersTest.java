package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Runs of the command in processes of their own, which train together over TensorFlow's own runtime. */
public class WorkersTest {
    private static final String PARTS =
            """
            run { epochs = 6 }
            algorithm { use = tdpo-r, tdpo-r { batch-size = 2, accumulation = 4, neuron-reset { every = 1 } } }
            critic { use = temporal-mlp, temporal-mlp { features = pooled-latent } }
            rewards { jpeg-compressibility { role = train }, random { role = held-out } }
            sampling { batch-size = 2, batches-per-epoch = 4 }
            checkpoint { every = 1 }
            """;

    private final CommandRunner command = new CommandRunner();
    private Path config = Path.of("");

    @BeforeClass
    public void trainAlone() throws Exception {
        config = command.smallRun(PARTS);
        Said alone = train("alone", "run.threads=2", "run.parallel-batches=2");
        assertThat(alone.code()).as(alone.text()).isEqualTo(0);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void twoProcessesLeaveWhatOneLeaves() throws Exception {
        String output = "run.output=" + command.file("not/there/together");
        Said together = train("together", output, "run.threads=1", "run.parallel-batches=1", "--local-workers", "2");
        assertThat(together.code()).as(together.text()).isEqualTo(0);
        assertThat(together.text()).containsOnlyOnce("tempera: warning: --local-workers: the ports ");
        requireSame("not/there/together");
        assertThat(command.file("not/there/together-worker-1.log"))
                .content()
                .contains("epoch 6", "the run is complete");
    }

    /** A program that reads the output of each finds a document in it. */
    @Test
    public void eachPrintsItsOwnDocument() throws Exception {
        List<Integer> ports = WorkerPorts.ofThisMachine().free(2, new Random());
        String workers = "run.cluster.workers=[\"127.0.0.1:" + ports.get(0) + "\",\"127.0.0.1:" + ports.get(1) + "\"]";
        List<Process> both = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                both.add(start(
                        "json-" + i,
                        "--json",
                        workers,
                        "run.cluster.index=" + i,
                        "run.epochs=1",
                        "run.threads=1",
                        "run.parallel-batches=1"));
            }
            Said first = said(both.get(0), "json-0");
            Said second = said(both.get(1), "json-1");
            assertThat(first.code()).as(first.text()).isEqualTo(0);
            assertThat(second.code()).as(second.text()).isEqualTo(0);
            assertThat(first.text()).contains("\"epochs\" : 1");
            assertThat(second.text().replaceAll("\\s", ""))
                    .containsOnlyOnce("{\"worker\":1,\"of\":2,\"ended\":\"complete\"}");
        } finally {
            both.forEach(Process::destroyForcibly);
        }
    }

    /** Over TensorFlow's own ring, whose order is its own: a sum of two lanes is the same in any. */
    @Test
    public void aRingOfTwoProcessesLeavesWhatOneLeaves() throws Exception {
        String[] two = {"run.threads=1", "run.parallel-batches=1", "run.cluster.gradients=ring", "--local-workers", "2"
        };
        Said together = train("ring", two);
        assertThat(together.code()).as(together.text()).isEqualTo(0);
        requireSame("ring");
    }

    @Test
    public void aWorkerThatIsKilledIsNamedAndTheRunGoesOnAlone() throws Exception {
        Process leader = start("killed", "run.threads=1", "run.parallel-batches=1", "--local-workers", "2");
        try {
            await(command.file("killed/checkpoints/epoch-0001"), leader);
            List<ProcessHandle> others = leader.toHandle().descendants().toList();
            assertThat(others).hasSize(1);
            others.get(0).destroyForcibly();
            Said end = said(leader, "killed");
            assertThat(end.code()).as(end.text()).isEqualTo(Failure.AGAIN);
            assertThat(end.text()).contains("worker 1 (127.0.0.1:", "Resume ").doesNotContain("\tat ");
        } finally {
            leader.destroyForcibly();
        }
        List<String> again = List.of(
                "train", "--resume", command.file("killed").toString(), "run.threads=2", "run.parallel-batches=2");
        Said resumed = said(start(again, "resumed"), "resumed");
        assertThat(resumed.code()).as(resumed.text()).isEqualTo(0);
        assertThat(resumed.text()).as("as many lanes as before").doesNotContain("the last bits of its weights");
        requireSame("killed");
        command.succeed(
                "train",
                "--resume",
                command.file("killed").toString(),
                "run.threads=1",
                "run.parallel-batches=1",
                "run.epochs=7");
        assertThat(command.err())
                .contains("tempera: warning: the run was trained by 1 worker with 2 lanes of 1 thread each, and goes on"
                        + " by 1 worker with 1 lane of 1 thread: ")
                .contains("Going on with run.parallel-batches=2 run.threads=2 keeps them.");
    }

    /** Weights, moments and all else of a checkpoint, and the log of every sample. */
    private void requireSame(String other) {
        assertThat(command.file(other + "/checkpoints/epoch-0006/tensors.safetensors"))
                .hasSameBinaryContentAs(command.file("alone/checkpoints/epoch-0006/tensors.safetensors"));
        assertThat(command.file(other + "/samples.jsonl")).hasSameTextualContentAs(command.file("alone/samples.jsonl"));
    }

    private record Said(int code, String text) {}

    private Said train(String run, String... more) throws IOException, InterruptedException {
        return said(start(run, more), run);
    }

    private Process start(String run, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("train"));
        Stream.of(more).filter(a -> !a.contains("=")).forEach(arguments::add);
        arguments.add(config.toString());
        arguments.add("run.output=" + command.file(run));
        Stream.of(more).filter(a -> a.contains("=")).forEach(arguments::add);
        return start(arguments, run);
    }

    private Process start(List<String> arguments, String name) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        line.addAll(arguments);
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(command.file(name + ".out").toFile())
                .start();
    }

    private Said said(Process process, String name) throws IOException, InterruptedException {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Said(process.exitValue(), Files.readString(command.file(name + ".out"), StandardCharsets.UTF_8));
    }

    private static void await(Path path, Process process) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (!Files.exists(path)) {
            assertThat(process.isAlive() && System.nanoTime() < until)
                    .as("it ended, or took five minutes, before there was " + path)
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
