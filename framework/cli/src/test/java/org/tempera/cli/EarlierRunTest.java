package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.tempera.record.archive.RunCost;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.archive.RunRecordFile;
import org.tempera.runtime.Tempera;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A run of a version that kept neither rulers nor a list of trained files is as good as one of today. */
public class EarlierRunTest {
    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private final Path run = folder.resolve("run");
    private final Path config = folder.resolve("run.conf");

    @BeforeClass
    public void train() throws IOException {
        Path models = folder.resolve("models");
        CommandRunner.copy(CommandRunner.MODELS, models);
        Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        Files.writeString(folder.resolve("others.txt"), "a cat\na horse\n");
        Files.writeString(
                config,
                """
                run { epochs = 1, seed = 3 }
                policy { use = stable-diffusion, stable-diffusion { weights = models/mini-sd } }
                algorithm { use = ddpo, ddpo { batch-size = 2, accumulation = 1 } }
                rewards {
                  aesthetic { role = train, clip = models/mini-clip, head = models/aesthetic-head.safetensors }
                  jpeg-compressibility { role = held-out }
                }
                sampling { prompts = prompts.txt, batch-size = 2, batches-per-epoch = 1, steps = 2 }
                evaluation { every = 1, samples = 2, grid-samples = 1 }
                """);
        command.succeed("train", config.toString(), "run.output=" + run);
        forget(run);
    }

    /** Makes of a run what a version before rulers wrote. */
    private static void forget(Path run) throws IOException {
        Files.delete(run.resolve("rulers.json"));
        Files.delete(run.resolve("trained.json"));
        Path samples = run.resolve("samples.jsonl");
        Files.writeString(samples, Files.readString(samples).replaceAll(",\"ruler\":\"[0-9a-f]*\"", ""));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] different() {
        return new Object[][] {
            {"sampling.steps=3", List.of("sampling.steps: 2 before, 3 now")},
            {"evaluation.samples=3", List.of("evaluation.samples: 2 before, 3 now")},
            {"policy.stable-diffusion.adapter.alpha=5", List.of("adapter.alpha: 4.0 before, 5.0 now")},
            {"policy.stable-diffusion.width=64", List.of("policy.stable-diffusion.width: 32 before, 64 now")},
            {"rewards.aesthetic.weight=2", List.of("rewards.aesthetic.weight: 1.0 before, 2.0 now")},
            {"rewards.jpeg-compressibility.quality=10", List.of("rewards.jpeg-compressibility.quality: ")},
            {"rewards.jpeg-compressibility=null", List.of("rewards.jpeg-compressibility: a reward before, none now")},
            {
                "rewards.aesthetic.head=DIR/models/few-ratings-head.safetensors",
                List.of("rewards.aesthetic.head (DIR/models/few-ratings-head.safetensors): unknown before, content ")
            },
            {
                "sampling.prompts=DIR/others.txt",
                List.of("evaluation.prompts (those of sampling.prompts = DIR/others.txt): content ")
            },
        };
    }

    @Test(dataProvider = "different")
    public void goesOnOnlyWithWhatMeasuredIt(String override, List<String> named) {
        int code = command.run(
                "train", "--resume", run.toString(), "run.epochs=2", override.replace("DIR", folder.toString()));
        assertThat(command.err())
                .contains("cannot go on")
                .contains(named.stream()
                        .map(n -> n.replace("DIR", folder.toString()))
                        .toList())
                .doesNotContain("\tat ");
        assertThat(code).isEqualTo(2);
    }

    @Test
    public void goesOnWithTheSameInAnotherPlace() throws IOException {
        Path moved = Files.createDirectory(folder.resolve("moved"));
        CommandRunner.copy(run, moved.resolve("run"));
        CommandRunner.copy(folder.resolve("models"), moved.resolve("models"));
        command.succeed(
                "train",
                "--resume",
                moved.resolve("run").toString(),
                "run.epochs=2",
                "optimizer.learning-rate=1e-4",
                "policy.stable-diffusion.weights=" + moved.resolve("models/mini-sd"),
                "policy.stable-diffusion.adapter.alpha=4",
                "rewards.aesthetic.clip=" + moved.resolve("models/mini-clip"),
                "evaluation.prompts=" + folder.resolve("prompts.txt"));
        assertThat(command.out()).contains("It is not known what measured the evaluations of epochs 0, 1");
        assertThat(moved.resolve("run/rulers.json")).isRegularFile();
    }

    @Test
    public void isOverwrittenOnceItsTrainedFilesThatNothingNamesAreAway() throws IOException {
        Path other = folder.resolve("other");
        CommandRunner.copy(run, other);
        int code = command.run("train", config.toString(), "run.output=" + other, "--overwrite");
        assertThat(command.err())
                .contains(
                        "it holds 'trained/",
                        "which no run wrote there as far as trained.json tells",
                        "Move that away");
        assertThat(code).isEqualTo(2);
        assertThat(other.resolve("config.conf")).exists();
        delete(other.resolve("trained"));
        command.succeed("train", config.toString(), "run.output=" + other, "--overwrite");
    }

    @Test
    public void isComparedByItsConfig() throws IOException {
        Path control = folder.resolve("control");
        CommandRunner.copy(run, control);
        command.succeed("report", run.toString(), "--control", control.toString());
        assertThat(command.out()).contains("By their configs they were; what lay in their files is not known.");
        command.succeed("report", run.toString(), "--beside", control.toString());
        assertThat(command.out()).contains("It is not known whether both runs were measured alike");
        Path its = control.resolve("config.conf");
        Files.writeString(its, Files.readString(its).replaceFirst("steps = 2", "steps = 3"));
        for (String option : List.of("--control", "--beside")) {
            int code = command.run("report", run.toString(), option, control.toString());
            assertThat(command.err()).contains("sampling.steps: 3 there, 2 here");
            assertThat(code).isEqualTo(2);
        }
        delete(control);
    }

    @Test
    public void itsRecordSaysWhatIsNotKnown() throws IOException {
        Path earlier = folder.resolve("earlier");
        CommandRunner.copy(run, earlier);
        Files.delete(earlier.resolve("run.json"));
        Tempera tempera = Tempera.load(EarlierRunTest.class.getClassLoader());
        RunRecord record = tempera.record(earlier);
        assertThat(record.facts().algorithm()).isEqualTo("ddpo");
        assertThat(record.facts().heldOut()).containsExactly("jpeg-compressibility");
        assertThat(record.costs()).extracting(RunCost::queries).containsExactly(0L, 2L);
        assertThat(record.evaluated()).hasSize(4);
        assertThat(record.pictures().orElseThrow().epochs()).containsExactly(0, 1);
        assertThat(record.ruler()).isEmpty();
        assertThat(record.notes())
                .anyMatch(note -> note.startsWith("It is not known what measured the evaluations of epochs 0, 1"));
        Path file = folder.resolve("earlier.json.gz");
        RunRecordFile.write(file, record);
        assertThat(tempera.record(file)).isEqualTo(record);
    }
}
