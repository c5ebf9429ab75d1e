package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.testing.Messages.assertMessage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tempera.record.run.Provenance;
import org.tempera.record.run.RunFolder;
import org.tempera.record.run.TrainedFiles;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class RunFolderTest {
    private Path dir;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    @Test
    public void createsAndResumes() {
        Path path = dir.resolve("runs/demo");
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "run.seed = 1\n");
            assertThat(run.evaluationGrid(7)).hasFileName("epoch-0007.png");
        }
        try (RunFolder run = RunFolder.resume(path)) {
            assertThat(run.config()).hasContent("run.seed = 1");
        }
    }

    @Test
    public void aStartThatFailedEarlyDoesNotBlockTheFolder() {
        RunFolder.create(dir).close();
        RunFolder.create(dir).close();
        assertThat(dir.resolve("images")).isDirectory();
    }

    @Test
    public void refusesAFolderThatHoldsARun() {
        try (RunFolder run = RunFolder.create(dir)) {
            RunFolder.writeText(run.config(), "");
        }
        assertMessage("run-exists", dir, () -> RunFolder.create(dir));
        // The refusal gave the lock back.
        RunFolder.resume(dir).close();
    }

    @Test
    public void aRunThatCouldNotBeginLeavesNothing() throws IOException {
        RunFolder.create(dir.resolve("runs/of/today")).abandon();
        assertThat(dir).isEmptyDirectory();

        Path mine = Files.createDirectories(dir.resolve("mine"));
        RunFolder.create(mine).abandon();
        assertThat(mine).as("one that there was").isEmptyDirectory();

        RunFolder kept = RunFolder.create(dir.resolve("kept"));
        Files.createFile(kept.images().resolve("epoch-0000.png"));
        kept.abandon();
        assertThat(kept.images()).isNotEmptyDirectory();
        assertThat(kept.checkpoints()).doesNotExist();
        RunFolder.create(dir.resolve("runs")).close();

        RunFolder begun = RunFolder.create(dir.resolve("begun"));
        for (String log : List.of("metrics.jsonl", "samples.jsonl", "events.out.tfevents.1.host.0")) {
            Files.createFile(begun.path().resolve(log));
        }
        begun.abandon();
        assertThat(begun.path()).as("a start that failed at its logs").doesNotExist();
    }

    @Test
    public void aFolderOfOthersIsLeftAsItWas() throws IOException {
        Files.writeString(dir.resolve("notes.txt"), "mine");
        Files.createDirectory(dir.resolve("images"));
        List<String> before = names();
        assertThatThrownBy(() -> RunFolder.create(dir)).hasMessageContaining("found 'notes.txt' in it");
        assertThat(names()).isEqualTo(before);
    }

    @Test
    public void replacesARunOnceThereIsSomethingToReplaceItWith() throws IOException {
        madeByARun();
        RunFolder.replace(dir, WrittenNames::contain).close();
        assertThat(dir.resolve("metrics.jsonl"))
                .as("nothing is removed before makeRoom")
                .exists();
        try (RunFolder run = RunFolder.replace(dir, WrittenNames::contain)) {
            run.makeRoom();
            assertThat(names()).containsExactly("checkpoints", "images", "run.lock");
            Files.writeString(run.metrics(), "new");
            run.makeRoom();
            assertThat(run.metrics()).as("makes room once").exists();
        }
    }

    @DataProvider
    public Object[][] foreign() {
        return new Object[][] {
            {"notes.txt"},
            {"checkpoints/mine/weights.safetensors"},
            {"checkpoints/epoch-0001/notes.txt"},
            {"checkpoints/epoch-1"},
            {"images/cat.png"},
            {"images/epoch-1.png"},
            {"trained/other.safetensors"},
            {"failures/a.png"},
            {".hidden"},
        };
    }

    @Test(dataProvider = "foreign")
    public void removesNothingWhereThereIsAnythingThatNoRunWrote(String name) throws IOException {
        madeByARun();
        Path foreign = dir.resolve(name);
        Files.createDirectories(foreign.getParent());
        Files.writeString(foreign, "mine");
        List<String> before = names();
        assertThatThrownBy(() -> RunFolder.replace(dir, WrittenNames::contain).close())
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(dir + ": cannot be overwritten, for it holds '")
                .hasMessageContaining("which no run wrote there");
        assertThat(names()).isEqualTo(before);
        RunFolder.resume(dir).close(); // the refusal gave the lock back
    }

    @DataProvider
    public Object[][] otherKinds() {
        return new Object[][] {
            {"checkpoints/epoch-0009", false},
            {"checkpoints/epoch-0009-begun", false},
            {"checkpoints/epoch-0001/state.json", true},
            {"images/epoch-0009.png", true},
            {"report.html", true},
            {"config.conf", true},
        };
    }

    @Test(dataProvider = "otherKinds")
    public void removesNothingThatIsOfAnotherKindThanARunMakes(String name, boolean folder) throws IOException {
        madeByARun();
        Path other = dir.resolve(name);
        Files.deleteIfExists(other);
        if (folder) {
            Files.createDirectory(other);
        } else {
            Files.writeString(other, "mine");
        }
        List<String> before = names();
        assertThatThrownBy(() -> RunFolder.replace(dir, WrittenNames::contain).close())
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(dir + ": cannot be overwritten, for it holds '" + name + "', which no run");
        assertThat(names()).isEqualTo(before);
    }

    @Test
    public void removesNothingThroughALink() throws IOException {
        madeByARun();
        Path elsewhere = Files.createDirectory(dir.resolveSibling(dir.getFileName() + "-elsewhere"));
        try {
            Path kept = Files.writeString(elsewhere.resolve("state.json"), "mine");
            Files.createSymbolicLink(dir.resolve("checkpoints/epoch-0007"), elsewhere);
            assertThatThrownBy(
                            () -> RunFolder.replace(dir, WrittenNames::contain).close())
                    .hasMessageContaining("checkpoints/epoch-0007");
            assertThat(kept).hasContent("mine");
        } finally {
            Messages.delete(elsewhere);
        }
    }

    @Test
    public void namesTheNextFreeFolder() throws IOException {
        Path path = dir.resolve("demo");
        assertThat(RunFolder.free(path)).isEqualTo(path);
        Files.createDirectory(path);
        assertThat(RunFolder.free(path)).as("an empty folder is free").isEqualTo(path);
        Files.createFile(path.resolve("x"));
        Files.createFile(dir.resolve("demo-2"));
        assertThat(RunFolder.free(path)).isEqualTo(dir.resolve("demo-3"));
    }

    private void madeByARun() throws IOException {
        RunFolder.create(dir).close();
        for (String name : List.of(
                "config.conf",
                "metrics.jsonl",
                "rulers.json",
                ".report.html.77-1f.tmp",
                "events.out.tfevents.1700000000.host.1",
                "images/epoch-0000.png",
                "images/timeline.png",
                "failures/epoch-0001-sample-0003-random.png",
                "checkpoints/epoch-0001/state.json",
                "checkpoints/epoch-0002-begun/tensors.safetensors")) {
            Files.createDirectories(dir.resolve(name).getParent());
            Files.writeString(dir.resolve(name), "x");
        }
        try (RunFolder run = RunFolder.resume(dir)) {
            TrainedFiles.write(run, trained -> write(trained.resolve("any/name.of-a.plugin")));
        }
    }

    private static void write(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "x");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void knowsWhatAnyPolicyExported() throws IOException {
        madeByARun();
        try (RunFolder run = RunFolder.resume(dir)) {
            TrainedFiles.write(run, trained -> write(trained.resolve("second.bin")));
            TrainedFiles.write(run, trained -> {});
        }
        assertThat(dir.resolve("trained.json")).content().contains("\"any/name.of-a.plugin\"", "\"second.bin\"");
        assertThat(names())
                .contains("trained/any/name.of-a.plugin", "trained/second.bin")
                .doesNotContain("trained.tmp");
        try (RunFolder run = RunFolder.replace(dir, WrittenNames::contain)) {
            run.makeRoom();
            assertThat(names()).containsExactly("checkpoints", "images", "run.lock");
        }
    }

    @Test
    public void aFailedExportLeavesWhatWasThere() throws IOException {
        madeByARun();
        List<String> before = names();
        try (RunFolder run = RunFolder.resume(dir)) {
            assertThatThrownBy(() -> TrainedFiles.write(run, trained -> {
                        write(trained.resolve("half.bin"));
                        throw new UserException("the disk is full");
                    }))
                    .hasMessage("the disk is full");
        }
        assertThat(names()).isEqualTo(before);
    }

    @Test
    public void removesNothingOfTheWeightsWhereTheirListCannotBeRead() throws IOException {
        madeByARun();
        Files.writeString(dir.resolve("trained.json"), "{");
        assertThatThrownBy(() -> RunFolder.replace(dir, WrittenNames::contain).close())
                .hasMessageContaining("'trained/any'");
    }

    /** Names that Stable Diffusion's weights have are the user's own, too. */
    @Test
    public void removesNothingOfTheWeightsWhereThereIsNoList() throws IOException {
        madeByARun();
        Messages.delete(dir.resolve("trained"));
        Files.delete(dir.resolve("trained.json"));
        write(dir.resolve("trained/unet/diffusion_pytorch_model.safetensors"));
        List<String> before = names();
        assertThatThrownBy(() -> RunFolder.replace(dir, WrittenNames::contain).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining("it holds 'trained/unet', which no run wrote there as far as trained.json tells")
                .hasMessageContaining("Move that away");
        assertThat(names()).isEqualTo(before);
    }

    /** Everything in the folder. */
    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.walk(dir)) {
            return all.filter(p -> !p.equals(dir))
                    .map(p -> dir.relativize(p).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    public void refusesAFolderWithOtherThings() throws IOException {
        Files.createFile(dir.resolve("thesis.tex"));
        assertMessage("folder-not-empty", dir, () -> RunFolder.create(dir));
    }

    @Test
    public void refusesASecondRunAndSaysWhoHasIt() {
        try (RunFolder run = RunFolder.create(dir)) {
            RunFolder.writeText(run.config(), "");
            assertMessage("run-locked", dir, () -> RunFolder.resume(dir));
        }
    }

    @Test
    public void theLockHoldsAgainstAnotherProcessAndEndsWithIt() throws Exception {
        try (RunFolder run = RunFolder.create(dir)) {
            RunFolder.writeText(run.config(), "");
        }
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        dir.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo((int) '!');
            assertMessage("run-locked", dir, () -> RunFolder.resume(dir));
        } finally {
            other.destroyForcibly();
            other.waitFor(10, TimeUnit.SECONDS);
        }
        RunFolder.resume(dir).close();
    }

    /** Opens a run and waits to be killed. */
    public static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws InterruptedException {
            RunFolder run = RunFolder.resume(Path.of(args[0]));
            System.out.print('!');
            System.out.flush();
            Thread.sleep(60_000);
            run.close();
        }
    }

    @Test
    public void saysThatItCannotBeWritten() throws IOException {
        Files.createFile(dir.resolve("file"));
        assertMessage("run-not-writable", dir, () -> RunFolder.create(dir.resolve("file/run")));
    }

    @Test
    public void saysThatThereIsNoRun() {
        assertMessage("run-missing", dir, () -> RunFolder.resume(dir.resolve("demo")));
        assertMessage("no-run-in-folder", dir, () -> RunFolder.resume(dir));
    }

    @Test
    public void rewindsToAnEpoch() throws IOException {
        try (RunFolder run = RunFolder.create(dir)) {
            Files.writeString(
                    run.metrics(), "{\"epoch\":1,\"a\":1.0}\n{\"epoch\":2,\"a\":2.0}\n{\"epoch\":3,\"a\":3.0}\n");
            Files.writeString(run.samples(), "{\"epoch\":1}\n{\"epoch\":2}\n{\"epoch\":3}\n{\"epo");
            for (int epoch : List.of(0, 2, 3)) {
                Files.createFile(run.evaluationGrid(epoch));
            }
            run.makeEvaluations();
            for (int epoch : List.of(2, 3)) {
                Files.createFile(run.evaluation(epoch, "0123456789abcdef"));
            }
            Path others = Files.createFile(dir.resolve("evaluations/epoch-0003.txt"));
            assertThat(run.rewindTo(2)).isEmpty();
            assertThat(run.metrics()).hasContent("{\"epoch\":1,\"a\":1.0}\n{\"epoch\":2,\"a\":2.0}\n");
            assertThat(run.samples()).hasContent("{\"epoch\":1}\n{\"epoch\":2}\n");
            assertThat(run.evaluationGrids()).containsExactly(0, 2);
            assertThat(run.evaluation(2, "0123456789abcdef")).exists();
            assertThat(run.evaluation(3, "0123456789abcdef"))
                    .as("of weights that are trained anew")
                    .doesNotExist();
            assertThat(others).exists();
        }
    }

    @Test
    public void tellsWhatTheLogsLackOfASavedEpoch() throws IOException {
        try (RunFolder run = RunFolder.create(dir)) {
            Files.writeString(run.metrics(), "{\"epoch\":1,\"a\":1.0}\n{\"epoch\":2,\"a\"");
            Files.writeString(run.samples(), "{\"epoch\":1,\"index\":0}\n{\"epoch\":2,\"ind");
            assertThat(run.rewindTo(1)).as("that is trained anew").isEmpty();
            Files.writeString(run.metrics(), "{\"epoch\":1,\"a\":1.0}\n{\"epoch\":2,\"a\"");
            Files.writeString(run.samples(), "{\"epoch\":1,\"index\":0}\n{\"epoch\":2,\"ind");
            List<String> lost = run.rewindTo(2);
            assertThat(lost).hasSize(2);
            assertThat(lost.get(0))
                    .startsWith(
                            run.metrics() + ": has no line of epoch 2, though the checkpoint that the run goes on from"
                                    + " is of epoch 2: it was cut off or removed")
                    .contains("checkpoints of later epochs than 1 out of " + run.checkpoints());
            assertThat(lost.get(1)).startsWith(run.samples() + ": its last line, of epoch 2, was cut short");
            assertThat(run.rewindTo(4).get(0)).contains("has no line of epochs 2 to 4");
            Files.delete(run.metrics());
            assertThat(run.rewindTo(2).get(0)).contains("has no line of epochs 1 to 2");
        }
    }

    @Test
    public void aFolderInThePlaceOfTheRunsIsNotTheRuns() throws IOException {
        Path path = dir.resolve("run");
        Path moved = dir.resolve("moved");
        try (RunFolder run = RunFolder.create(path)) {
            run.requireThere();
            Files.move(path, moved);
            Files.createDirectory(path);
            assertThatThrownBy(run::requireThere)
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(path + ": the run's folder is gone: it was moved or deleted");
            Files.copy(moved.resolve("run.lock"), path.resolve("run.lock"));
            assertThatThrownBy(run::requireThere).as("a copy of its lock").hasMessageContaining("folder is gone");
            Messages.delete(path);
            Files.move(moved, path);
            run.requireThere();
        }
    }

    /** Some file systems give a folder another number when it is looked at again. */
    @Test
    public void theFolderIsTheRunsWhileTheRunsLockIsInIt() throws IOException {
        Path path = dir.resolve("run");
        Path moved = dir.resolve("moved");
        try (RunFolder run = RunFolder.create(path)) {
            Files.move(path, moved);
            Files.createDirectory(path);
            Files.move(moved.resolve("run.lock"), path.resolve("run.lock"));
            for (int i = 0; i < 3; i++) {
                run.requireThere();
            }
            RunFolder.writeText(run.config(), "");
            assertMessage("run-locked", path, () -> RunFolder.resume(path));
        }
        RunFolder.resume(path).close();
    }

    @Test
    public void removesWhatAKilledProcessLeftUnfinished() throws IOException {
        // In a container a process has the number that the killed one had.
        String same = "." + ProcessHandle.current().pid() + "-1f.tmp";
        String noProcess = ".99999999999-1f.tmp";
        FileTime longAgo = FileTime.from(Instant.now().minusSeconds(90));
        try (RunFolder run = RunFolder.create(dir)) {
            RunFolder.writeText(run.config(), "");
            Files.writeString(dir.resolve(".metrics.json" + same), "half");
            for (String name : List.of(".report.html" + same, "images/.timeline.png" + noProcess)) {
                Files.writeString(dir.resolve(name), "half");
                Files.setLastModifiedTime(dir.resolve(name), longAgo);
            }
            Files.writeString(run.images().resolve(".epoch-0002.png" + noProcess), "half");
            Files.createDirectory(run.failures());
            Files.writeString(run.failures().resolve(".epoch-0002-sample-0001-x.png" + noProcess), "half");
            Files.writeString(dir.resolve(".report.html" + noProcess), "a report's, just written elsewhere");
            Files.writeString(dir.resolve(".notes.tmp"), "the user's");
            Files.createSymbolicLink(dir.resolve(".link" + noProcess), dir.resolve(".notes.tmp"));
        }
        RunFolder.resume(dir).close();
        try (Stream<Path> left = Files.walk(dir)) {
            assertThat(left.map(p -> p.getFileName().toString()).filter(name -> name.endsWith(".tmp")))
                    .containsExactlyInAnyOrder(".report.html" + noProcess, ".notes.tmp", ".link" + noProcess);
        }
    }

    @Test
    public void namesADamagedLine() throws IOException {
        try (RunFolder run = RunFolder.create(dir)) {
            Files.writeString(run.metrics(), "{\"epoch\":1}\n{\"a\":1}\n{\"epoch\":3}\n");
            assertMessage("metrics-damaged", dir, () -> run.rewindTo(2));
        }
    }

    @Test
    public void provenanceSaysVersionsAndHashes() throws Exception {
        Path prompts = dir.resolve("prompts.txt");
        Files.writeString(prompts, "abc");
        var fields = Provenance.collect(Instant.EPOCH, "run.seed = 1", 42, "2.18.0", Map.of("intra_op", 2))
                .withFile("prompts", prompts)
                .fields();
        assertThat(fields).containsEntry("seed", 42L);
        assertThat(fields.get("tensorflow").toString()).startsWith("2.");
        assertThat(fields.get("files").toString())
                .contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(fields.get("tempera").toString()).containsPattern("code_sha256=[0-9a-f]{64}");
    }

    /** Who stops a run at once that went on by mistake, and goes on as before, is told nothing. */
    @Test
    public void provenanceKnowsByWhatTheCompleteEpochsWereTrained() {
        try (RunFolder run = RunFolder.create(dir)) {
            assertThat(Provenance.threadsBefore(run, 2)).isEmpty();
            of(2).write(run);
            of(1).writeResumed(run, 2);
            assertThat(Provenance.threadsBefore(run, 2)).containsExactly(Map.entry("intra_op", 2));
            assertThat(Provenance.threadsBefore(run, 3)).containsExactly(Map.entry("intra_op", 1));
        }
    }

    private static Provenance of(int threads) {
        return Provenance.collect(Instant.EPOCH, "run.seed = 1", 42, "2.18.0", Map.of("intra_op", threads));
    }
}
