package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.ByteSize;
import org.tempera.core.plan.DiskPlan;
import org.tempera.core.plan.HeapPlan;
import org.tempera.core.plan.MemoryPlan;
import org.tempera.core.plan.Part;
import org.tempera.core.plan.Room;
import org.tempera.core.plan.RunPlan;
import org.tempera.core.plan.Work;
import org.tempera.graph.MachineMemory;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.plan.Change;
import org.tempera.runtime.plan.Saving;
import org.tempera.testing.CommandProcess;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** What `plan` says of runs that fit and of one that does not, and how far it is from what is measured. */
public class PlanCommandTest {
    private static final String DDPO =
            """
            algorithm { use = ddpo, ddpo { batch-size = 4, accumulation = 2 } }
            rewards { jpeg-compressibility { role = train } }
            """;

    /** A critic of 2 TB with its optimiser, more than a GPU's host commonly has. */
    private static final String LARGE =
            """
            algorithm { use = tdpo, tdpo { batch-size = 4, accumulation = 2 } }
            critic { use = temporal-mlp, temporal-mlp { hidden = [%s] } }
            rewards { jpeg-compressibility { role = train } }
            """
                    .formatted("46000, ".repeat(49) + "46000");

    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void aRunThatFitsIsToldByPart() throws PlainJson.MalformedException {
        Path conf = command.smallRun(DDPO);
        command.succeed("plan", conf.toString(), "run.output=" + command.file("run"), "--savings");
        assertThat(command.out())
                .containsPattern("(?m)^memory +Java, TensorFlow and the graph +\\d+\\.\\d [MG]iB +measured$")
                .containsPattern("(?m)^ +policy/unet +\\d+\\.\\d [KM]iB +counted$")
                .containsPattern("(?m)^ +gradients of a micro-batch of 4 rows +\\d+\\.\\d [KM]iB +estimated$")
                .containsPattern("(?m)^disk +\\d checkpoints of ")
                .contains("The run fits.")
                .containsPattern("(?m)^ +the run: 100 epochs, 101 evaluations ")
                .contains("computed outside the graph: jpeg-compressibility.");
        assertThat(command.err())
                .as("what a log would else not tell from a process that hangs")
                .contains(
                        "building the graph of " + conf + ": ",
                        "trying other values of keys",
                        "reading the weights, and computing everything once and again: ");
        assertThat(command.file("run")).doesNotExist();
        command.succeed("plan", conf.toString(), "--quiet");
        assertThat(command.err()).isEmpty();
        command.succeed("plan", conf.toString(), "--no-probe", "--json");
        Map<String, Object> document = PlainJson.readObject(command.out());
        assertThat(document).containsEntry("fits", true).doesNotContainKeys("probe", "savings");
        assertThat(document.get("memory").toString()).contains("name=optimizer/policy", "per_epoch=2");
    }

    @Test
    public void aRunThatDoesNotFitIsNotComputed() {
        String conf = command.smallRun(LARGE).toString();
        assertThat(command.run("plan", conf)).isEqualTo(2);
        assertThat(command.out())
                .contains("The run does not fit: memory lacks ")
                .contains("What would lower it, what costs least first:")
                .containsPattern(" +saves \\d+\\.\\d+ [A-Za-z]+ of disk")
                .doesNotContain("to read the weights");
        assertThat(command.err())
                .isEqualTo("building the graph of " + conf
                        + ": seconds for small models, a minute or more for large ones ..." + System.lineSeparator()
                        + "trying other values of keys, for each of which the graph is built again: some seconds each"
                        + " ..." + System.lineSeparator());
    }

    /** What is saved could be read as what the run would take. */
    @Test
    public void aSavingIsToldWithThePeakThatIsLeft() {
        long gib = 1L << 30;
        MemoryPlan memory = new MemoryPlan(
                gib,
                List.of(new Part("policy/unet", 4 * gib)),
                new HeapPlan(List.of(), List.of(), List.of()),
                new Part("text encoders", 0),
                List.of(new Work("training", "gradients", 8, 1, OptionalLong.of(1), 0, 8 * gib)));
        MachineMemory much = new MachineMemory(64 * gib);
        PlanLines lines = new PlanLines(
                new RunPlan(memory, new DiskPlan(gib, 1, List.of()), 1, 0, List.of()),
                new Room(much, much, much, OptionalLong.empty(), false));
        assertThat(lines.row(new Saving(List.of("a=1", "b=8"), "slower", 3 * gib, 2 * gib, true)))
                .containsExactly(
                        "a=1 b=8",
                        "saves 3.0 GiB of memory, peak " + ByteSize.text(memory.peakBytes() - 3 * gib)
                                + ", saves 2.0 GiB of disk",
                        "fits",
                        "slower");
    }

    @Test
    public void smallerUpdatesAndSmallerBatchesAreTriedTogetherToo() {
        RunConfig config = Main.tempera().config(command.smallRun(DDPO), List.of("sampling.samples-per-prompt=1"));
        assertThat(Change.of(config, 1)).extracting(Change::settings).anySatisfy(settings -> assertThat(settings)
                .contains("sampling.batch-size=1", "algorithm.ddpo.batch-size=1"));
    }

    /** None of the changes that are tried makes an epoch smaller, and no smaller model would do. */
    @Test
    public void ofAnEpochThatIsTooLargeTheKeysAreNamed() throws PlainJson.MalformedException {
        String conf = command.smallRun(DDPO).toString();
        String[] arguments = {"plan", conf, "sampling.batches-per-epoch=200000", "sampling.steps=500"};
        assertThat(command.run(arguments)).isEqualTo(2);
        assertThat(command.out())
                .contains("Java's heap lacks ")
                .doesNotContain("smaller model")
                .containsPattern("(?m)^What takes most of Java's heap: rollout of an epoch, [\\d.]+ GiB\\. These keys"
                        + " decide it: sampling\\.batch-size, sampling\\.batches-per-epoch, sampling\\.steps\\.$");
        assertThat(command.run("plan", conf, arguments[2], arguments[3], "--json"))
                .isEqualTo(2);
        assertThat(PlainJson.readObject(command.out()).get("causes"))
                .as("to a program, too")
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .first() // the disk may lack room, too
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("of", "heap")
                .containsEntry("name", "rollout of an epoch")
                .containsEntry("keys", List.of("sampling.batch-size", "sampling.batches-per-epoch", "sampling.steps"));
    }

    @Test
    public void trainingRefusesItBeforeAnyWeightsAreRead() {
        String conf = command.smallRun(LARGE).toString();
        assertThat(command.run("train", conf, "run.output=" + command.file("large")))
                .isEqualTo(2);
        assertThat(command.err())
                .matches("building the graph and reading the weights: .*\\R"
                        + "tempera: too little memory: the run needs [\\d.]+ GiB and more, even if it computed row by row"
                        + " \\(optimizer/critic [\\d.]+ GiB, critic [\\d.]+ GiB, .*\\), and this machine has [\\d.]+ GiB\\. A"
                        + " plan of the run says which keys would lower that\\.\n"
                        + "On the command line: tempera plan RUN\\.conf\n");
        assertThat(command.file("large")).doesNotExist();
    }

    /** In a process of its own, whose peak is that of the run alone. */
    @Test
    public void thePeakIsWhatWasEstimated() throws Exception {
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            throw new SkipException("this system does not tell what a process holds");
        }
        Path conf = command.smallRun(DDPO.replace("batch-size = 4", "batch-size = 128"));
        Map<String, Object> document = planned(
                Map.of(),
                conf.toString(),
                "sampling.batch-size=128",
                "sampling.samples-per-prompt=2",
                "run.parallel-batches=1");
        double estimated = number(document, "memory", "peak_bytes");
        assertThat(number(document, "probe", "peak_bytes")).isCloseTo(estimated, within(MemoryPlan.ERROR * estimated));
        // What is computed is a good part of it.
        assertThat(number(document, "memory", "process_bytes")).isLessThan(0.6 * estimated);
    }

    /** As TensorFlow's schedulers name the workers of a job; the plan is of one of them. */
    @Test
    public void ofWorkersThatTheEnvironmentNamesOneIsPlanned() throws Exception {
        String second =
                "{\"cluster\": {\"worker\": [\"a:1\", \"b:1\"]}, \"task\": {\"type\": \"worker\", \"index\": 1}}";
        Map<String, Object> document = planned(
                Map.of("TF_CONFIG", second),
                command.smallRun(DDPO).toString(),
                "sampling.batches-per-epoch=2",
                "--no-probe");
        assertThat(document.get("memory").toString()).contains("name=exchange with other workers", "per_epoch=1");
    }

    /** The second worker writes none of what the first does, and what it does write is in no table. */
    @Test
    public void whatOtherWorkersWriteAndHandEachOtherIsSaid() {
        String conf = command.smallRun(DDPO).toString();
        command.succeed(
                "plan",
                conf,
                "run.cluster.workers=[\"a:1\",\"b:1\"]",
                "run.cluster.index=1",
                "sampling.batches-per-epoch=2",
                "run.epochs=1");
        assertThat(command.out())
                .containsPattern(
                        "This is the plan of the first of 2 workers\\. .* a copy of the checkpoint, \\d.* to its"
                                + " folder for temporary files")
                .contains("Not in the seconds: what the 2 workers hand each other, and that they compare ");
        command.succeed("plan", conf, "--no-probe");
        assertThat(command.out()).doesNotContain("workers");
    }

    /** Training refuses it; on another machine the folder may be there. */
    @Test
    public void aFolderThatCannotBeWrittenIsWarnedOf() throws IOException {
        Path file = Files.writeString(command.file("file"), "");
        String conf = command.smallRun(DDPO).toString();
        command.succeed("plan", conf, "--no-probe", "run.output=" + file.resolve("run"));
        assertThat(command.err())
                .contains("tempera: warning: run.output: train could not write " + file.resolve("run") + " here. "
                        + file + " is no folder: choose another folder with run.output=FOLDER.");
        assertThat(command.folder()).isDirectoryNotContaining("glob:**/.tempera*");
    }

    @Test
    public void ofWorkersOnThisMachineOneIsPlannedWithItsShareOfTheThreads() throws Exception {
        String conf = command.smallRun(DDPO).toString();
        command.succeed("plan", conf, "--local-workers", "2", "sampling.batches-per-epoch=2", "--no-probe", "--json");
        Map<String, Object> two = PlainJson.readObject(command.out());
        assertThat(two.get("memory").toString()).contains("name=exchange with other workers", "per_epoch=1");
        assertThat(command.run("plan", conf, "--local-workers", "2", "run.cluster.workers=[\"a:1\",\"b:1\"]"))
                .isEqualTo(Failure.USER_ERROR);
        assertThat(command.err()).contains("--local-workers: starts workers of its own on this machine, and");
    }

    private static double number(Map<String, Object> document, String block, String key) {
        return document.get(block) instanceof Map<?, ?> map && map.get(key) instanceof Number n
                ? n.doubleValue()
                : Double.NaN;
    }

    private static Map<String, Object> planned(Map<String, String> environment, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("plan", "--json", "--quiet"));
        line.addAll(List.of(arguments));
        CommandProcess.Ended ended = CommandProcess.of("org.tempera.cli.Main", line.toArray(String[]::new))
                .withOptions("-XX:+UseSerialGC", "-Xms48m")
                .withEnvironment(environment)
                .run();
        assertThat(ended.code()).as(ended.output()).isZero();
        return PlainJson.readObject(ended.out());
    }
}
