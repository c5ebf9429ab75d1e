package org.tempera.core.checkpoint;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tempera.base.json.PlainJson;

/**
 * What a checkpoint's {@code state.json} says, without any model to take it back into.
 *
 * @param epoch epochs that were complete
 * @param withinNext whether the epoch after these had begun, and the checkpoint is from within it
 * @param interim whether a run that went on would not have it
 * @param tensors how many tensors lie beside it
 * @param checksum of the file that holds them; empty for a checkpoint of a version that kept none
 * @param counters by name, none negative
 * @param heldOut the held-out reward that was saved; empty if there is none
 * @param parts plain data by part
 */
record CheckpointState(
        int epoch,
        boolean withinNext,
        boolean interim,
        long tensors,
        Optional<String> checksum,
        Map<String, Long> counters,
        OptionalDouble heldOut,
        Map<String, Object> parts) {
    /** The text is none that {@link CheckpointStore} wrote; the message says why, as a part of a sentence. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }

    /** It is of another version of Tempera. */
    static final class OtherFormatException extends Exception {
        private static final long serialVersionUID = 1L;

        OtherFormatException(String format) {
            super(format);
        }
    }

    /** Reads the text of the file. */
    static CheckpointState read(String text) throws DamagedException, OtherFormatException {
        Map<String, Object> json;
        try {
            json = PlainJson.readObject(text);
        } catch (PlainJson.MalformedException e) {
            throw new DamagedException(String.valueOf(e.getMessage()));
        }
        Object format = json.getOrDefault("format", "none");
        if (!format.equals(CheckpointStore.FORMAT)) {
            throw new OtherFormatException(shortened(format));
        }
        Object checksum = json.get(CheckpointStore.CHECKSUM);
        if (checksum != null && !(checksum instanceof String)) {
            throw new DamagedException(
                    "expected text at " + CheckpointStore.CHECKSUM + ", found " + shortened(checksum));
        }
        Map<String, Long> counters = new TreeMap<>();
        for (Map.Entry<String, Object> counter : map(json, "counters").entrySet()) {
            counters.put(counter.getKey(), count(counter.getValue(), "counters." + counter.getKey(), Long.MAX_VALUE));
        }
        return new CheckpointState(
                (int) count(json.get("epoch"), "epoch", Integer.MAX_VALUE - 1),
                flag(json, "within_next"),
                flag(json, "interim"),
                count(json.get("tensors"), "tensors", Integer.MAX_VALUE),
                Optional.ofNullable((String) checksum),
                counters,
                json.get("held_out") instanceof Number x && Double.isFinite(x.doubleValue())
                        ? OptionalDouble.of(x.doubleValue())
                        : OptionalDouble.empty(),
                map(json, "state"));
    }

    /** What is not said is not so. */
    private static boolean flag(Map<String, Object> json, String key) throws DamagedException {
        Object value = json.getOrDefault(key, false);
        if (!(value instanceof Boolean flag)) {
            throw new DamagedException("expected true or false at " + key + ", found " + shortened(value));
        }
        return flag;
    }

    private static long count(@Nullable Object value, String key, long most) throws DamagedException {
        if (!(value instanceof Long n)) {
            throw new DamagedException("expected an integer at " + key);
        }
        if (n < 0 || n > most) {
            throw new DamagedException("expected 0 to " + most + " at " + key + ", found " + n);
        }
        return n;
    }

    @SuppressWarnings("unchecked") // PlainJson makes maps with string keys only
    private static Map<String, Object> map(Map<String, Object> json, String key) throws DamagedException {
        if (json.get(key) instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new DamagedException("expected an object at " + key);
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }
}
