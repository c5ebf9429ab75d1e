package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.core.train.TinyRuns.brightness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.Retention;
import org.tempera.core.config.FailurePolicy;
import org.tempera.record.review.RunReview;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * A run folder is somebody else's input: nothing outside of it is read or written, and nothing is removed but a run's
 * own.
 */
public class ForeignRunFolderTest {
    private static final String CANARY = "a line of the user's own\n";

    private Path folder = Path.of("");
    private Path run = Path.of("");

    @BeforeMethod
    public void trainTwoEpochs() {
        folder = Messages.temporaryFolder();
        run = folder.resolve("run");
        TinyRuns.train(spec(), run, 2);
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    private static TrainingSpec spec() {
        return TinyRuns.spec(3, brightness(), FailurePolicy.FAIL);
    }

    @DataProvider
    public Object[][] entries() {
        return Stream.of(
                        "run.lock",
                        "config.conf",
                        "provenance.json",
                        "metrics.jsonl",
                        "samples.jsonl",
                        "rulers.json",
                        "report.html",
                        "images",
                        "images/epoch-0002.png",
                        "images/epoch-0007.png",
                        "images/timeline.png",
                        "failures",
                        "trained",
                        "trained/adapter.safetensors",
                        "checkpoints",
                        "checkpoints/epoch-0002",
                        "checkpoints/epoch-0002/state.json",
                        "checkpoints/epoch-0002/tensors.safetensors",
                        "checkpoints/epoch-0003.tmp",
                        "checkpoints/epoch-0007-begun",
                        "checkpoints/notes.tmp")
                .map(name -> new Object[] {name})
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "entries")
    public void aLinkIsNotFollowed(String name) throws IOException {
        for (boolean toFolder : List.of(false, true)) {
            Path canaries = Files.createDirectories(folder.resolve("canaries-" + toFolder));
            Path canary = Files.writeString(canaries.resolve("canary"), CANARY);
            Files.writeString(canaries.resolve("epoch-0007.png"), CANARY);
            Files.createDirectories(canaries.resolve("epoch-0003.tmp"));
            link(run.resolve(name), toFolder ? canaries : canary);
            use();
            assertThat(canary).content().isEqualTo(CANARY);
            try (Stream<Path> left = Files.list(canaries)) {
                assertThat(left.map(p -> p.getFileName().toString()))
                        .containsExactlyInAnyOrder("canary", "epoch-0007.png", "epoch-0003.tmp");
            }
        }
    }

    @Test
    public void whatIsWrittenInPlaceHasNoNameElsewhere() throws IOException {
        for (String name : List.of("run.lock", "metrics.jsonl", "samples.jsonl")) {
            Path canary = folder.resolve("copy-of-" + name);
            Files.writeString(canary, CANARY);
            Files.delete(run.resolve(name));
            Files.createLink(run.resolve(name), canary);
            assertThatThrownBy(() -> RunFolder.resume(run))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(name + ": has another name elsewhere");
            assertThat(canary).content().isEqualTo(CANARY);
            Files.delete(run.resolve(name));
            Files.createFile(run.resolve(name));
        }
    }

    @Test
    public void theRunFolderItselfMayBeNamedThroughALink() throws IOException {
        Path latest = Files.createSymbolicLink(folder.resolve("latest"), run);
        TinyRuns.resume(spec(), latest);
        assertThat(run.resolve("checkpoints/epoch-0003")).isDirectory();
    }

    @Test(timeOut = 60_000)
    public void aPipeIsNotWaitedFor() throws IOException, InterruptedException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            throw new SkipException("Windows has no named pipes in folders");
        }
        for (String name : List.of("metrics.jsonl", "samples.jsonl", "run.lock")) {
            Path file = run.resolve(name);
            Files.delete(file);
            new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
            assertThatThrownBy(() -> RunFolder.resume(run))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(name + ": expected a file, found a pipe");
            Files.delete(file);
            Files.createFile(file);
        }
    }

    @Test
    public void nothingIsRemovedButWhatARunMakes() throws IOException {
        List<Path> own = new ArrayList<>();
        for (String name : List.of(
                "checkpoints/notes.tmp",
                "checkpoints/epoch-3.tmp",
                "checkpoints/epoch-99999999999",
                "checkpoints/epoch-0009-mine",
                "images/epoch-0009-mine.png",
                "images/epoch-99999999999.png")) {
            Path mine = Files.createDirectories(run.resolve(name)).resolve("mine");
            own.add(Files.writeString(mine, CANARY));
        }
        Path unfinished = Files.createDirectories(run.resolve("checkpoints/epoch-0003.tmp"));
        TinyRuns.resume(spec(), run);
        assertThat(own).allSatisfy(mine -> assertThat(mine).content().isEqualTo(CANARY));
        assertThat(unfinished).doesNotExist();
        assertThat(run.resolve("checkpoints/epoch-0003")).isDirectory();
    }

    @Test
    public void theStateOfAnotherEpochIsRefused() throws IOException {
        Path third = Files.createDirectories(run.resolve("checkpoints/epoch-0003"));
        for (String name : List.of("state.json", "tensors.safetensors")) {
            Files.copy(run.resolve("checkpoints/epoch-0002").resolve(name), third.resolve(name));
        }
        CheckpointStore store = new CheckpointStore(run.resolve("checkpoints"), new Retention(9, 0));
        Messages.assertMessage("checkpoint-of-another-epoch", run, store::openLatest);
    }

    /** Whatever reads or writes a run; it may refuse. */
    private void use() {
        try {
            TinyRuns.resume(spec(), run);
        } catch (UserException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        try (RunFolder viewed = RunFolder.view(run)) {
            RunReview review = RunReview.of(viewed, new RunReview.Roles(List.of(), List.of(), false));
            review.writeReport(Map.of(), 4);
        } catch (UserException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void link(Path place, Path target) throws IOException {
        if (Files.exists(place, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            if (Files.isDirectory(place, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                Messages.delete(place);
            } else {
                Files.delete(place);
            }
        }
        Files.createDirectories(place.getParent());
        Files.createSymbolicLink(place, target);
    }
}
