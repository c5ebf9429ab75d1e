package org.tempera.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.testing.Messages.assertMessage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.testing.Messages;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class CheckpointStoreTest {
    private Path dir;
    private Path folder;
    private CheckpointStore store;

    @BeforeMethod
    public void makeFolder() {
        dir = Messages.temporaryFolder();
        folder = dir.resolve("checkpoints");
        store = new CheckpointStore(folder, new Retention(2, 1));
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(dir);
    }

    private static CheckpointContent content(int epoch, OptionalDouble heldOut) {
        return new CheckpointContent(
                epoch,
                false,
                false,
                List.of(
                        new NamedTensor("policy/w", HostTensor.of(new float[] {1, 2, 3, epoch, -0f, 1e-42f}, 2, 3)),
                        new NamedTensor("critic/b", HostTensor.scalar(epoch))),
                Map.of("kl", Map.of("coefficient", 0.1 + epoch, "draws", List.of(1L, 2L))),
                Map.of("optimizer_steps", 10L * epoch),
                heldOut);
    }

    @Test
    public void givesEverythingBack() {
        store.save(content(3, OptionalDouble.of(0.5)));
        try (SavedCheckpoint saved = store.openLatest()) {
            assertThat(saved.epoch()).isEqualTo(3);
            assertThat(saved.counter("optimizer_steps")).isEqualTo(30);
            assertThat(saved.state("kl")).isEqualTo(Map.of("coefficient", 3.1, "draws", List.of(1L, 2L)));
            assertThat(saved.tensor("policy/w")).isEqualTo(HostTensor.of(new float[] {1, 2, 3, 3, -0f, 1e-42f}, 2, 3));
            assertThat(saved.tensor("critic/b")).isEqualTo(HostTensor.scalar(3));
            saved.requireTensors(Map.of("policy/w", Shape.of(2, 3), "critic/b", Shape.scalar()));
        }
    }

    @Test
    public void equalContentsGiveEqualFiles() {
        Path a = store.save(content(1, OptionalDouble.empty()));
        Path b =
                new CheckpointStore(dir.resolve("other"), new Retention(1, 0)).save(content(1, OptionalDouble.empty()));
        for (String file : List.of(CheckpointStore.STATE, CheckpointStore.TENSORS)) {
            assertThat(a.resolve(file)).hasSameBinaryContentAs(b.resolve(file));
        }
    }

    @Test
    public void keepsTheLastAndTheBestByHeldOutReward() {
        double[] heldOut = {0.1, 0.9, 0.3, 0.9, 0.2, 0.0};
        for (int epoch = 1; epoch <= heldOut.length; epoch++) {
            store.save(content(epoch, OptionalDouble.of(heldOut[epoch - 1])));
        }
        store.save(content(7, OptionalDouble.empty()));
        assertThat(store.epochs()).containsExactly(2, 6, 7);
        assertThat(store.best()).hasValue(folder.resolve("epoch-0002"));
        assertThat(store.latest()).hasValue(folder.resolve("epoch-0007"));
    }

    @Test
    public void replacesACheckpointOfTheSameEpoch() {
        store.save(content(1, OptionalDouble.of(0.1)));
        store.save(content(1, OptionalDouble.of(0.2)));
        assertThat(store.epochs()).containsExactly(1);
        assertThat(SavedCheckpoint.heldOut(store.path(1))).hasValue(0.2);
        assertThat(entries()).containsExactly("epoch-0001");
    }

    @Test
    public void oneFromWithinAnEpochIsTheNewestUntilThatEpochIsSaved() {
        store.save(content(2, OptionalDouble.of(0.1)));
        CheckpointContent c = content(2, OptionalDouble.empty());
        store.save(new CheckpointContent(2, true, true, c.tensors(), c.state(), c.counters(), c.heldOut()));
        assertThat(entries()).containsExactly("epoch-0002", "epoch-0003-begun");
        assertThat(store.epochs()).containsExactly(2);
        assertThat(store.latest()).hasValue(folder.resolve("epoch-0003-begun"));
        try (SavedCheckpoint saved = store.openLatest()) {
            assertThat(saved.epoch()).isEqualTo(2);
            assertThat(saved.withinNext()).isTrue();
        }
        store.save(content(3, OptionalDouble.empty()));
        assertThat(entries()).containsExactly("epoch-0002", "epoch-0003");
        try (SavedCheckpoint saved = store.openLatest()) {
            assertThat(saved.withinNext()).isFalse();
        }
    }

    @Test
    public void oneThatWasBeingReplacedAtAKillIsPutBack() throws IOException {
        store.save(content(1, OptionalDouble.of(0.1)));
        Files.move(folder.resolve("epoch-0001"), folder.resolve("epoch-0001-replaced.tmp"));
        store.save(new CheckpointContent(1, true, true, List.of(), Map.of(), Map.of(), OptionalDouble.empty()));
        Files.move(folder.resolve("epoch-0002-begun"), folder.resolve("epoch-0002-begun-replaced.tmp"));
        Files.createDirectory(folder.resolve("epoch-0003-replaced.tmp"));
        Files.createDirectory(folder.resolve("epoch-0003"));
        CheckpointStore next = new CheckpointStore(folder, new Retention(2, 1));
        next.recover();
        assertThat(entries())
                .containsExactly("epoch-0001", "epoch-0002-begun", "epoch-0003", "epoch-0003-replaced.tmp");
    }

    @Test
    public void whatAStopSavedIsGoneOnceTheRunHasSavedAgain() {
        store.save(content(0, OptionalDouble.empty()).asInterim());
        assertThat(entries()).containsExactly("epoch-0000");
        store.save(content(2, OptionalDouble.empty()));
        store.save(content(4, OptionalDouble.empty()));
        store.save(content(5, OptionalDouble.empty()).asInterim());
        assertThat(entries()).as("two are kept besides").containsExactly("epoch-0002", "epoch-0004", "epoch-0005");
        assertThat(store.latest()).hasValue(folder.resolve("epoch-0005"));
        store.save(content(6, OptionalDouble.empty()));
        assertThat(entries()).containsExactly("epoch-0004", "epoch-0006");
    }

    @Test
    public void whatAStopSavedIsPlannedWhereItsEpochIsSavedAgain() {
        store.save(content(2, OptionalDouble.empty()).asInterim());
        store.save(content(2, OptionalDouble.of(0.1)));
        store.save(content(4, OptionalDouble.empty()));
        assertThat(entries()).containsExactly("epoch-0002", "epoch-0004");
    }

    /** The process was killed when it had saved, and not removed yet. */
    @Test
    public void recoveryRemovesWhatAStopSavedBefore() throws IOException {
        store.save(content(0, OptionalDouble.empty()).asInterim());
        Path elsewhere = Files.move(folder.resolve("epoch-0000"), dir.resolve("epoch-0000"));
        store.save(content(1, OptionalDouble.empty()));
        Files.move(elsewhere, folder.resolve("epoch-0000"));
        store.recover();
        assertThat(entries()).containsExactly("epoch-0001");
    }

    @Test
    public void leavesTheOneBeforeIntactWhenWritingFails() throws IOException {
        store.save(content(1, OptionalDouble.empty()));
        Path inTheWay = Files.writeString(folder.resolve("epoch-0002"), "of the user's");
        assertMessage(
                "checkpoint-failed",
                dir,
                () -> store.save(content(2, OptionalDouble.empty())),
                "free are [0-9.]+ [KMG]iB",
                "free are FREE");
        assertThat(entries()).containsExactly("epoch-0001", "epoch-0002");
        assertThat(inTheWay).hasContent("of the user's");
        Files.delete(inTheWay);
        try (SavedCheckpoint saved = store.openLatest()) {
            assertThat(saved.tensor("critic/b")).isEqualTo(HostTensor.scalar(1));
        }
    }

    @Test
    public void looksForRoomBeforeItWrites() {
        store.save(content(1, OptionalDouble.empty()));
        CheckpointStore full = new CheckpointStore(folder, new Retention(2, 1), () -> 1000);
        assertMessage("checkpoint-no-room", dir, () -> full.save(content(2, OptionalDouble.empty())));
        assertThat(entries()).containsExactly("epoch-0001");
        CheckpointStore first = new CheckpointStore(dir.resolve("new"), new Retention(2, 1), () -> 1000);
        assertMessage("checkpoint-no-room-first", dir, () -> first.save(content(2, OptionalDouble.empty())));
    }

    @Test
    public void takesNoUnfinishedFolderForACheckpointAndSweepsItUp() throws IOException {
        store.save(content(1, OptionalDouble.empty()));
        Files.createDirectory(folder.resolve("epoch-0002.tmp"));
        Files.createFile(folder.resolve("epoch-0002.tmp/tensors.safetensors"));
        CheckpointStore next = new CheckpointStore(folder, new Retention(2, 1));
        assertThat(next.epochs()).containsExactly(1);
        next.save(content(2, OptionalDouble.empty()));
        assertThat(entries()).containsExactly("epoch-0001", "epoch-0002");
    }

    @Test
    public void saysWhatIsDamaged() throws IOException {
        assertMessage("checkpoint-none", dir, store::openLatest);
        store.save(content(1, OptionalDouble.empty()));
        Path state = folder.resolve("epoch-0001/state.json");
        String sound = Files.readString(state);

        Files.writeString(state, sound.substring(0, 30));
        assertMessage("checkpoint-json-damaged", dir, store::openLatest);
        Files.writeString(state, sound.replace("checkpoint/1", "checkpoint/9"));
        assertMessage("checkpoint-format", dir, store::openLatest);
        Files.writeString(state, sound.replace("\"tensors\" : 2", "\"tensors\" : 3"));
        assertMessage("checkpoint-tensor-count", dir, store::openLatest);
        Files.writeString(state, sound);
        Files.move(
                folder.resolve("epoch-0001/tensors.safetensors"), dir.resolve("moved"), StandardCopyOption.ATOMIC_MOVE);
        assertMessage("checkpoint-file-missing", dir, store::openLatest);
    }

    @Test
    public void tellsTensorsThatWereNotSavedWithTheState() throws IOException {
        store.save(content(1, OptionalDouble.empty()));
        Path tensors = folder.resolve("epoch-0001/tensors.safetensors");
        byte[] sound = Files.readAllBytes(tensors);
        byte[] damaged = sound.clone();
        damaged[damaged.length - 2] ^= 1; // a number that is finite still
        Files.write(tensors, damaged);
        assertMessage(
                "checkpoint-checksum",
                dir,
                store::openLatest,
                "CRC-32 \\w{8}, found \\w{8}",
                "CRC-32 ONE, found ANOTHER");
        store.save(content(2, OptionalDouble.empty()));
        Files.write(tensors, sound);
        Files.copy(tensors, folder.resolve("epoch-0002/tensors.safetensors"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(store::openLatest)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is not the file that was saved with state.json");
    }

    @Test
    public void readsACheckpointThatKeptNoChecksum() throws IOException {
        store.save(content(1, OptionalDouble.empty()));
        Path state = folder.resolve("epoch-0001/state.json");
        Files.writeString(state, Files.readString(state).replaceAll(",\\s*\"tensors_crc32\" : \"[0-9a-f]{8}\"", ""));
        assertThat(state).content().doesNotContain("crc32");
        try (SavedCheckpoint saved = store.openLatest()) {
            assertThat(saved.epoch()).isEqualTo(1);
        }
    }

    @Test
    public void listsEveryTensorThatDoesNotFit() {
        store.save(content(1, OptionalDouble.empty()));
        try (SavedCheckpoint saved = store.openLatest()) {
            assertMessage(
                    "checkpoint-tensors-differ",
                    dir,
                    () -> saved.requireTensors(Map.of("policy/w", Shape.of(3, 2), "policy/v", Shape.of(4))));
            assertMessage("checkpoint-no-state", dir, () -> saved.state("moments"));
        }
    }

    private List<String> entries() {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(p -> p.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
