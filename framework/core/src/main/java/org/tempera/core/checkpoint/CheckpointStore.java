package org.tempera.core.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.tempera.base.files.FreeSpace;
import org.tempera.base.files.IoReason;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.ByteSize;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.record.run.EpochName;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;

/**
 * The checkpoints of one run: folders {@code epoch-NNNN} with {@code tensors.safetensors} (fp32) and
 * {@code state.json}. A run that was stopped within an epoch has {@code epoch-NNNN-begun} besides, and one that was
 * stopped between checkpoints the epoch that it had come to, until it has gone on and saved: in the end the checkpoints
 * are those of a run that never stopped.
 *
 * <p>A checkpoint appears whole or not at all: it is written as {@code epoch-NNNN.tmp}, forced to the disk and moved to
 * its place; only then are older ones removed. Finding the latest reads names only, so resuming takes the same time
 * after any number of epochs.
 */
public final class CheckpointStore {
    static final String TENSORS = "tensors.safetensors";
    static final String STATE = "state.json";

    /** All that a checkpoint is. */
    public static final List<String> FILES = List.of(TENSORS, STATE);

    static final String CHECKSUM = "tensors_crc32";
    static final String FORMAT = "tempera-checkpoint/1";
    private static final String COMPLETE = "";
    private static final String BEGUN = "-begun";
    private static final String UNFINISHED = ".tmp";
    private static final String REPLACED = "-replaced" + UNFINISHED;

    /** What {@link #save} and {@link #delete} make on the way. */
    private static final List<String> UNFINISHED_NAMES = List.of(
            UNFINISHED,
            REPLACED,
            "-removed" + UNFINISHED,
            BEGUN + UNFINISHED,
            BEGUN + REPLACED,
            BEGUN + "-removed" + UNFINISHED);

    /** Room for headers, folders and the state, beyond what is counted. */
    private static final long MARGIN_BYTES = 1 << 16;

    private final Path folder;
    private final Retention retention;
    private final LongSupplier freeBytes;
    private boolean swept;

    /** A store in a folder that exists or will be made. */
    public CheckpointStore(Path folder, Retention retention) {
        // Where it is unknown, the write itself will tell.
        this(folder, retention, () -> FreeSpace.at(folder).orElse(Long.MAX_VALUE));
    }

    CheckpointStore(Path folder, Retention retention, LongSupplier freeBytes) {
        this.folder = folder;
        this.retention = retention;
        this.freeBytes = freeBytes;
    }

    /** Complete epochs that have a checkpoint, ascending. */
    public List<Integer> epochs() {
        return epochs(COMPLETE);
    }

    /** Epochs of the folders whose names have this ending; what has another name is nobody's business here. */
    private List<Integer> epochs(String ending) {
        OwnFiles.requireFolder(folder);
        List<Integer> epochs = new ArrayList<>();
        for (Path entry : OwnFiles.list(folder)) {
            EpochName.epochIn(entry.getFileName().toString(), ending).ifPresent(epoch -> {
                OwnFiles.requireFolder(entry);
                epochs.add(epoch);
            });
        }
        Collections.sort(epochs);
        return epochs;
    }

    /** The name of the folder for what is saved after so many complete epochs. */
    static String nameOf(int epoch, boolean withinNext) {
        return withinNext ? EpochName.of(epoch + 1, BEGUN) : EpochName.of(epoch, COMPLETE);
    }

    static boolean isName(String name) {
        return EpochName.epochIn(name, COMPLETE).isPresent()
                || EpochName.epochIn(name, BEGUN).isPresent();
    }

    /**
     * Whether a path from the folder of checkpoints, with slashes, is one that a store makes, be it on the way only.
     */
    public static boolean isOwnName(String name) {
        int slash = name.indexOf('/');
        String checkpoint = slash < 0 ? name : name.substring(0, slash);
        String within = name.substring(slash + 1);
        return (isName(checkpoint)
                        || UNFINISHED_NAMES.stream().anyMatch(ending -> EpochName.epochIn(checkpoint, ending)
                                .isPresent()))
                && (slash < 0 || within.equals(TENSORS) || within.equals(STATE));
    }

    /** The folder of an epoch's checkpoint, whether it is there or not. */
    public Path path(int epoch) {
        return folder.resolve(EpochName.of(epoch, COMPLETE));
    }

    private Path begunPath(int epoch) {
        return folder.resolve(EpochName.of(epoch, BEGUN));
    }

    private Path path(CheckpointContent content) {
        return content.withinNext() ? begunPath(content.epoch() + 1) : path(content.epoch());
    }

    /** The newest checkpoint, be it from within an epoch. */
    public Optional<Path> latest() {
        int complete = epochs().stream().reduce(-1, Math::max);
        int begun = epochs(BEGUN).stream().reduce(-1, Math::max);
        return begun > complete
                ? Optional.of(begunPath(begun))
                : complete < 0 ? Optional.empty() : Optional.of(path(complete));
    }

    /**
     * Opens the newest checkpoint, be it from within an epoch.
     *
     * @throws UserException if there is none, or it is damaged
     */
    public SavedCheckpoint openLatest() {
        return SavedCheckpoint.open(requireLatest());
    }

    /**
     * The newest checkpoint, be it from within an epoch.
     *
     * @throws UserException if there is none
     */
    public Path requireLatest() {
        return latest().orElseThrow(() -> new UserException(
                folder
                        + ": expected a checkpoint, found none: the run stopped before its first one. Start it again, in its"
                        + " place, under the next free name beside it, or in another folder with run.output=FOLDER.",
                List.of(Remedy.of(Remedy.Action.OVERWRITE_RUN), Remedy.of(Remedy.Action.TAKE_FREE_NAME))));
    }

    /** The kept checkpoint with the best held-out reward, the earlier of equals; empty if none has one. */
    public Optional<Path> best() {
        List<Integer> best = byHeldOut();
        return best.isEmpty() ? Optional.empty() : Optional.of(path(best.get(0)));
    }

    /**
     * Saves a checkpoint, then removes those that need not be kept. One of the same epoch is replaced.
     *
     * @return its folder
     * @throws UserException if it cannot be written, as on a full disk: those before it are untouched, and nothing of
     *     it remains
     */
    public Path save(CheckpointContent content) {
        Path place = path(content);
        Path unfinished = folder.resolve(place.getFileName() + UNFINISHED);
        Map<String, Object> state = stateOf(content);
        long needed = MARGIN_BYTES + PlainJson.pretty(state).length();
        for (NamedTensor tensor : content.tensors()) {
            needed += tensor.bytes();
        }
        try {
            OwnFiles.requireFolder(folder);
            if (!OwnFiles.exists(folder)) {
                // Not what it lies in: that was deleted, if it is not there.
                Files.createDirectory(folder);
            }
            sweep();
            if (freeBytes.getAsLong() < needed) {
                throw new IOException("not enough space left on the device");
            }
            Files.createDirectory(unfinished);
            write(content, state, unfinished);
            publish(unfinished, place);
        } catch (IOException | UncheckedIOException | UserException e) {
            throw failed(content, needed, unfinished, e);
        } catch (RuntimeException | Error e) {
            OwnFiles.deleteQuietly(unfinished);
            throw e;
        }
        prune();
        return place;
    }

    private static Map<String, Object> stateOf(CheckpointContent content) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("epoch", content.epoch());
        if (content.withinNext()) {
            json.put("within_next", true);
        }
        if (content.interim()) {
            json.put("interim", true);
        }
        content.heldOut().ifPresent(x -> json.put("held_out", x));
        json.put("tensors", content.tensors().size());
        json.put("counters", new TreeMap<>(content.counters()));
        json.put("state", new TreeMap<>(content.state()));
        return json;
    }

    private static void write(CheckpointContent content, Map<String, Object> state, Path target) throws IOException {
        SafetensorsWriter tensors = new SafetensorsWriter().metadata("format", FORMAT);
        for (NamedTensor tensor : content.tensors()) {
            long[] shape = Arrays.stream(tensor.values().shape()).asLongStream().toArray();
            tensors.addFloats(
                    tensor.name(), Shape.of(shape), () -> tensor.values().data());
        }
        state.put(CHECKSUM, Checksum.text(tensors.write(target.resolve(TENSORS))));
        // Last, so that a folder without it is seen to be unfinished even where moving is not atomic.
        RunFolder.writeText(target.resolve(STATE), PlainJson.pretty(state));
    }

    private void publish(Path unfinished, Path place) throws IOException {
        force(unfinished);
        Path replaced = folder.resolve(place.getFileName() + REPLACED);
        if (OwnFiles.exists(place)) {
            OwnFiles.requireFolder(place);
            move(place, replaced);
        }
        move(unfinished, place);
        force(folder);
        OwnFiles.deleteQuietly(replaced);
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }

    /** Forces a file, or the names in a folder, to the disk. */
    private static void force(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (IOException e) {
                // Where a folder cannot be opened (Windows) the system sees to it.
            }
        } else {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }

    private UserException failed(CheckpointContent content, long needed, Path unfinished, Exception e) {
        OwnFiles.deleteQuietly(unfinished);
        long free = freeBytes.getAsLong();
        StringBuilder message = new StringBuilder();
        message.append(path(content))
                .append(": the checkpoint cannot be written (")
                .append(IoReason.of(e))
                .append("). ");
        message.append("It needs about ").append(ByteSize.text(needed));
        if (free != Long.MAX_VALUE) {
            message.append(", free are ").append(ByteSize.text(free));
        }
        message.append(". ");
        Optional<Path> latest = latest();
        Path run = folder.resolveSibling("");
        if (latest.isPresent()) {
            message.append("The checkpoint ")
                    .append(latest.get().getFileName())
                    .append(" is intact. ")
                    .append(remedy(needed, free, e))
                    .append(", then resume ")
                    .append(run)
                    .append(".");
        } else {
            message.append("There is no earlier checkpoint. ")
                    .append(remedy(needed, free, e))
                    .append(", then start again.");
        }
        return new UserException(
                message.toString(),
                e,
                latest.map(l -> Remedy.resume(run)).stream().toList());
    }

    /** What the reason asks for; systems in other languages say it otherwise, and leave it to the reader. */
    private static String remedy(long needed, long free, Exception e) {
        String reason = IoReason.of(e);
        if (free < needed || reason.contains("No space left") || reason.contains("quota")) {
            return "Make room";
        }
        return reason.contains("File too large") ? "Raise the limit of a file's size (ulimit -f)" : "Mend that";
    }

    /** Removes what a process that was killed while it saved has left, by the names that it gives. */
    private void sweep() {
        if (swept) {
            return;
        }
        for (Path entry : OwnFiles.list(folder)) {
            String name = entry.getFileName().toString();
            if (UNFINISHED_NAMES.stream()
                    .anyMatch(ending -> EpochName.epochIn(name, ending).isPresent())) {
                OwnFiles.requireFolder(entry);
                OwnFiles.deleteQuietly(entry);
            }
        }
        swept = true;
    }

    /**
     * Puts back a checkpoint that was about to be replaced by one of the same epoch when the process was killed, and
     * removes one that was about to be removed. For whoever holds the run's lock.
     *
     * @throws UserException if it cannot be put back
     */
    public void recover() {
        putBack();
        removeInterim();
    }

    private void putBack() {
        for (Path entry : OwnFiles.exists(folder) ? OwnFiles.list(folder) : List.<Path>of()) {
            String name = entry.getFileName().toString();
            for (String ending : List.of(COMPLETE, BEGUN)) {
                OptionalInt epoch = EpochName.epochIn(name, ending + REPLACED);
                Path place = folder.resolve(name.substring(0, Math.max(0, name.length() - REPLACED.length())));
                if (epoch.isPresent() && !OwnFiles.exists(place)) {
                    OwnFiles.requireFolder(entry);
                    try {
                        move(entry, place);
                    } catch (IOException e) {
                        throw new UserException(
                                entry + ": cannot be moved to " + place.getFileName() + " (" + IoReason.of(e)
                                        + "). It is the checkpoint of its epoch: move it by hand, then resume.",
                                e);
                    }
                }
            }
        }
    }

    /** Those that were saved for a stop or a failure, once there is a later one. */
    private void removeInterim() {
        List<Integer> epochs = epochs();
        for (int epoch : epochs.subList(0, Math.max(0, epochs.size() - 1))) {
            if (SavedCheckpoint.isInterim(path(epoch))) {
                delete(path(epoch));
            }
        }
    }

    private void prune() {
        removeInterim();
        List<Integer> epochs = epochs();
        int latest = epochs.size() - 1;
        // An interim one evicts none of those that are to stay.
        int keepLast =
                retention.keepLast() + (latest >= 0 && SavedCheckpoint.isInterim(path(epochs.get(latest))) ? 1 : 0);
        Set<Integer> kept = new HashSet<>(epochs.subList(Math.max(0, epochs.size() - keepLast), epochs.size()));
        byHeldOut().stream().limit(retention.keepBest()).forEach(kept::add);
        for (int epoch : epochs) {
            if (!kept.contains(epoch)) {
                delete(path(epoch));
            }
        }
        int complete = epochs.stream().reduce(-1, Math::max);
        for (int begun : epochs(BEGUN)) {
            if (begun <= complete) {
                delete(begunPath(begun));
            }
        }
    }

    /** Under another name first, so that a half-removed folder is never taken for a checkpoint. */
    private void delete(Path checkpoint) {
        Path doomed = folder.resolve(checkpoint.getFileName() + "-removed" + UNFINISHED);
        try {
            move(checkpoint, doomed);
        } catch (IOException e) {
            throw new UserException(
                    checkpoint + ": cannot be removed (" + IoReason.of(e) + "). Check its permissions.", e);
        }
        OwnFiles.deleteQuietly(doomed);
    }

    /** Epochs with a held-out reward, best first, the earlier of equals first. */
    private List<Integer> byHeldOut() {
        Map<Integer, Double> rewards = new TreeMap<>();
        for (int epoch : epochs()) {
            SavedCheckpoint.heldOut(path(epoch)).ifPresent(x -> rewards.put(epoch, x));
        }
        List<Integer> sorted = new ArrayList<>(rewards.keySet());
        sorted.sort(Comparator.comparing((Integer e) -> -rewards.getOrDefault(e, Double.NaN)));
        return sorted;
    }
}
