package org.tempera.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.tempera.core.json.PlainJson;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.TensorCheck;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;

/** A checkpoint that is open for reading; tensors are read one at a time. */
public final class SavedCheckpoint implements AutoCloseable {
    private static final int LISTED = 20;

    private final Path folder;
    private final int epoch;
    private final boolean withinNext;
    private final Map<String, Object> state;
    private final Map<String, Long> counters;
    private final TensorSource tensors;

    private SavedCheckpoint(
            Path folder,
            int epoch,
            boolean withinNext,
            Map<String, Object> state,
            Map<String, Long> counters,
            TensorSource tensors) {
        this.folder = folder;
        this.epoch = epoch;
        this.withinNext = withinNext;
        this.state = state;
        this.counters = counters;
        this.tensors = tensors;
    }

    /**
     * Opens a checkpoint's folder.
     *
     * @throws UserException if a file is missing or damaged
     */
    public static SavedCheckpoint open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UserException(folder + ": no such checkpoint.");
        }
        for (String file : List.of(CheckpointStore.STATE, CheckpointStore.TENSORS)) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new UserException(
                        folder + ": the checkpoint is damaged: " + file + " is missing. " + advice(folder));
            }
        }
        Map<String, Object> json = json(folder);
        TensorSource tensors = SafetensorsFile.open(folder.resolve(CheckpointStore.TENSORS));
        try {
            Map<String, Long> counters = new TreeMap<>();
            map(folder, json, "counters").forEach((name, value) -> {
                if (!(value instanceof Long n)) {
                    throw damaged(folder, "expected an integer at counters." + name);
                }
                counters.put(name, n);
            });
            long expected = integer(folder, json, "tensors");
            if (expected != tensors.names().size()) {
                throw damaged(
                        folder,
                        "expected " + expected + " tensors, found "
                                + tensors.names().size());
            }
            int epoch = Math.toIntExact(integer(folder, json, "epoch"));
            boolean withinNext = json.getOrDefault("within_next", false).equals(true);
            return new SavedCheckpoint(folder, epoch, withinNext, map(folder, json, "state"), counters, tensors);
        } catch (RuntimeException | Error e) {
            tensors.close();
            throw e;
        }
    }

    private static Map<String, Object> json(Path folder) {
        Path file = folder.resolve(CheckpointStore.STATE);
        Map<String, Object> json;
        try {
            json = PlainJson.readObject(Files.readString(file));
        } catch (IOException | PlainJson.MalformedException e) {
            throw damaged(folder, e.getMessage() == null ? e.toString() : e.getMessage());
        }
        Object format = json.getOrDefault("format", "none");
        if (!format.equals(CheckpointStore.FORMAT)) {
            throw new UserException(file + ": expected format '" + CheckpointStore.FORMAT + "', found '" + format
                    + "'. Another version of Tempera made it.");
        }
        return json;
    }

    private static long integer(Path folder, Map<String, Object> json, String key) {
        if (json.get(key) instanceof Long n) {
            return n;
        }
        throw damaged(folder, "expected an integer at " + key);
    }

    @SuppressWarnings("unchecked") // PlainJson makes maps with string keys only
    private static Map<String, Object> map(Path folder, Map<String, Object> json, String key) {
        if (json.get(key) instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw damaged(folder, "expected an object at " + key);
    }

    /** That a part of it is of a run with another configuration. */
    public UserException doesNotFit(String problem) {
        return new UserException(folder + ": the checkpoint does not fit the configuration: " + problem
                + ". Resume with the configuration that the run began with (config.conf in its folder). "
                + advice(folder));
    }

    private static UserException damaged(Path folder, String problem) {
        return new UserException(folder.resolve(CheckpointStore.STATE) + ": the checkpoint is damaged: " + problem
                + ". " + advice(folder));
    }

    private static String advice(Path folder) {
        return "Move the folder " + folder.getFileName() + " away to continue from the checkpoint before it.";
    }

    /** The held-out reward that was saved; empty if there is none or it cannot be read. */
    static OptionalDouble heldOut(Path folder) {
        try {
            Map<String, Object> json = PlainJson.readObject(Files.readString(folder.resolve(CheckpointStore.STATE)));
            if (json.get("held_out") instanceof Number x && Double.isFinite(x.doubleValue())) {
                return OptionalDouble.of(x.doubleValue());
            }
        } catch (IOException | PlainJson.MalformedException e) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.empty();
    }

    /** Its folder. */
    public Path folder() {
        return folder;
    }

    /** Epochs that were complete. */
    public int epoch() {
        return epoch;
    }

    /** Whether the epoch after these had begun, and it is from within it. */
    public boolean withinNext() {
        return withinNext;
    }

    /** Whether it holds a state of a part. */
    public boolean hasState(String part) {
        return state.containsKey(part);
    }

    /**
     * The plain state of a part.
     *
     * @throws UserException if the checkpoint has none of this name
     */
    @SuppressWarnings("unchecked") // PlainJson makes maps with string keys only
    public Map<String, Object> state(String part) {
        if (state.get(part) instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new UserException(folder + ": the checkpoint holds no state of '" + part
                + "'. It was made by a run with another configuration.");
    }

    /** The plain state of all parts. */
    public Map<String, Object> state() {
        return state;
    }

    /**
     * A counter.
     *
     * @throws UserException if the checkpoint has none of this name
     */
    public long counter(String name) {
        Long value = counters.get(name);
        if (value == null) {
            throw new UserException(folder + ": the checkpoint holds no counter '" + name
                    + "'. It was made by a run with another configuration.");
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
        HostTensor tensor = tensors.readTensor(name);
        TensorCheck.requireFinite(tensors, name, tensor.data());
        return tensor;
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
