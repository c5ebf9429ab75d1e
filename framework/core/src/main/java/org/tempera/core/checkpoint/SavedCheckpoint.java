package org.tempera.core.checkpoint;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tempera.base.files.IoReason;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.TensorCheck;
import org.tempera.nn.weights.TensorSource;
import org.tempera.record.run.OwnFiles;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;

/** A checkpoint that is open for reading; tensors are read one at a time. */
public final class SavedCheckpoint implements AutoCloseable {
    private static final int LISTED = 20;

    private final Path folder;
    private final CheckpointState state;
    private final TensorSource tensors;

    private SavedCheckpoint(Path folder, CheckpointState state, TensorSource tensors) {
        this.folder = folder;
        this.state = state;
        this.tensors = tensors;
    }

    /**
     * Opens a checkpoint's folder, without any model.
     *
     * @throws UserException if a file is missing, a link or damaged, or is of another epoch than the folder's name says
     */
    public static SavedCheckpoint open(Path folder) {
        OwnFiles.requireFolder(folder);
        if (!OwnFiles.exists(folder)) {
            throw new UserException(folder + ": no such checkpoint.");
        }
        for (String file : List.of(CheckpointStore.STATE, CheckpointStore.TENSORS)) {
            OwnFiles.requireFile(folder.resolve(file));
            if (!OwnFiles.exists(folder.resolve(file))) {
                throw new UserException(
                        folder + ": the checkpoint is damaged: " + file + " is missing. " + advice(folder));
            }
        }
        CheckpointState state = state(folder);
        TensorSource tensors = tensors(folder);
        try {
            if (state.tensors() != tensors.names().size()) {
                throw damaged(
                        folder,
                        "expected " + state.tensors() + " tensors, found "
                                + tensors.names().size());
            }
            requireSound(folder, state);
            return new SavedCheckpoint(folder, state, tensors);
        } catch (RuntimeException | Error e) {
            tensors.close();
            throw e;
        }
    }

    private static CheckpointState state(Path folder) {
        Path file = folder.resolve(CheckpointStore.STATE);
        CheckpointState state;
        try {
            state = CheckpointState.read(OwnFiles.text(file));
        } catch (CharacterCodingException e) {
            throw damaged(folder, "it is not UTF-8");
        } catch (IOException | CheckpointState.DamagedException e) {
            throw damaged(folder, e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (CheckpointState.OtherFormatException e) {
            throw new UserException(file + ": expected format '" + CheckpointStore.FORMAT + "', found '"
                    + e.getMessage() + "'. Another version of Tempera made it.");
        }
        String name = CheckpointStore.nameOf(state.epoch(), state.withinNext());
        if (CheckpointStore.isName(folder.getFileName().toString()) && !folder.endsWith(name)) {
            throw damaged(folder, "it is of " + name);
        }
        return state;
    }

    private static void requireSound(Path folder, CheckpointState state) {
        Path file = folder.resolve(CheckpointStore.TENSORS);
        String found;
        try {
            found = Checksum.of(file);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
        if (!state.checksum().orElse(found).equals(found)) {
            throw new UserException(folder + ": the checkpoint is damaged: " + CheckpointStore.TENSORS
                    + " is not the file that was saved with " + CheckpointStore.STATE + " (CRC-32 "
                    + state.checksum().orElse("") + ", found " + found + "). " + advice(folder));
        }
    }

    private static TensorSource tensors(Path folder) {
        try {
            return SafetensorsFile.open(folder.resolve(CheckpointStore.TENSORS));
        } catch (UserException e) {
            throw new UserException(
                    folder + ": the checkpoint is damaged: " + e.getMessage() + " " + advice(folder), e);
        }
    }

    /**
     * Lets a part take back its state; whatever it throws is told as damage of the checkpoint.
     *
     * @throws UserException if there is no state of this part, or the part does not take it
     */
    public void restore(String part, Consumer<Map<String, Object>> taker) {
        Map<String, Object> stored = state(part);
        try {
            taker.accept(stored);
        } catch (RuntimeException e) {
            throw damaged(
                    folder,
                    "its state of '" + part + "' cannot be taken back (" + firstLine(e) + "), or it is of another"
                            + " configuration than config.conf in the run's folder",
                    e);
        }
    }

    private static String firstLine(RuntimeException e) {
        String text = e instanceof UserException || e instanceof IllegalArgumentException
                ? String.valueOf(e.getMessage())
                : e.toString();
        String line = text.lines().findFirst().orElse("");
        return line.length() > 300 ? line.substring(0, 300) + "..." : line;
    }

    /** That a part of it is of a run with another configuration. */
    public UserException doesNotFit(String problem) {
        return new UserException(folder + ": the checkpoint does not fit the configuration: " + problem
                + ". Resume with the configuration that the run began with (config.conf in its folder). "
                + advice(folder));
    }

    /** That a part of it is not what a run saves. */
    public UserException damaged(String problem) {
        return damaged(folder, problem);
    }

    private static UserException damaged(Path folder, String problem) {
        return new UserException(folder.resolve(CheckpointStore.STATE) + ": the checkpoint is damaged: " + problem
                + ". " + advice(folder));
    }

    private static UserException damaged(Path folder, String problem, Throwable cause) {
        UserException damaged = damaged(folder, problem);
        damaged.initCause(cause);
        return damaged;
    }

    private static String advice(Path folder) {
        return "Move the folder " + folder.getFileName() + " away to continue from the checkpoint before it.";
    }

    /** The held-out reward that was saved; empty if there is none or it cannot be read. */
    static OptionalDouble heldOut(Path folder) {
        return readable(folder).map(CheckpointState::heldOut).orElse(OptionalDouble.empty());
    }

    /** Whether it was saved for a stop or a failure alone; not so if that cannot be read. */
    static boolean isInterim(Path folder) {
        return readable(folder).map(CheckpointState::interim).orElse(false);
    }

    private static Optional<CheckpointState> readable(Path folder) {
        Path file = folder.resolve(CheckpointStore.STATE);
        try {
            return OwnFiles.isFile(file) ? Optional.of(CheckpointState.read(OwnFiles.text(file))) : Optional.empty();
        } catch (IOException | CheckpointState.DamagedException | CheckpointState.OtherFormatException e) {
            return Optional.empty();
        }
    }

    /** Its folder. */
    public Path folder() {
        return folder;
    }

    /** Epochs that were complete. */
    public int epoch() {
        return state.epoch();
    }

    /** Whether the epoch after these had begun, and it is from within it. */
    public boolean withinNext() {
        return state.withinNext();
    }

    /** Whether it holds a state of a part. */
    public boolean hasState(String part) {
        return state.parts().containsKey(part);
    }

    /**
     * The plain state of a part.
     *
     * @throws UserException if the checkpoint has none of this name
     */
    @SuppressWarnings("unchecked") // PlainJson makes maps with string keys only
    public Map<String, Object> state(String part) {
        if (state.parts().get(part) instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw damaged("it holds no state of '" + part
                + "', or it is of another configuration than config.conf in the run's" + " folder");
    }

    /** The plain state of all parts. */
    public Map<String, Object> state() {
        return state.parts();
    }

    /**
     * A counter.
     *
     * @throws UserException if the checkpoint has none of this name
     */
    public long counter(String name) {
        Long value = state.counters().get(name);
        if (value == null) {
            throw damaged("it holds no counter '" + name
                    + "', or it is of another configuration than config.conf in the" + " run's folder");
        }
        return value;
    }

    /** The tensors. */
    public TensorSource tensors() {
        return tensors;
    }

    /**
     * Reads a tensor and checks that it is finite.
     *
     * @throws UserException if it is not there, damaged, or holds NaN or infinity
     */
    public HostTensor tensor(String name) {
        try {
            HostTensor tensor = tensors.readTensor(name);
            TensorCheck.requireFinite(tensors, name, tensor.data());
            return tensor;
        } catch (UserException e) {
            throw new UserException(
                    folder + ": the checkpoint is damaged: " + e.getMessage() + " " + advice(folder), e);
        }
    }

    /**
     * Fails unless the checkpoint holds exactly these tensors.
     *
     * @param expected shape by name
     * @throws UserException listing every missing, mis-shaped and surplus one
     */
    public void requireTensors(Map<String, Shape> expected) {
        List<String> problems = new ArrayList<>();
        new TreeMap<>(expected).forEach((name, shape) -> {
            if (!tensors.contains(name)) {
                problems.add(name + ": missing, expected " + shape);
            } else if (!tensors.info(name).shape().equals(shape)) {
                problems.add(name + ": expected " + shape + ", found "
                        + tensors.info(name).shape());
            }
        });
        for (String name : tensors.names()) {
            if (!expected.containsKey(name)) {
                problems.add(
                        name + ": not expected, found " + tensors.info(name).shape());
            }
        }
        if (problems.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder(folder + ": the checkpoint does not fit the configuration; "
                + problems.size() + (problems.size() == 1 ? " tensor differs:" : " tensors differ:"));
        problems.stream().limit(LISTED).forEach(p -> message.append("\n  ").append(p));
        if (problems.size() > LISTED) {
            message.append("\n  and ").append(problems.size() - LISTED).append(" more");
        }
        throw new UserException(
                message + "\nResume with the configuration that the run began with (config.conf in its folder).");
    }

    @Override
    public void close() {
        tensors.close();
    }
}
