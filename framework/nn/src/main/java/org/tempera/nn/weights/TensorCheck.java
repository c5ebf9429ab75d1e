package org.tempera.nn.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;

/** Compares what a model expects with what its weight files hold. */
public final class TensorCheck {
    private static final int LISTED = 50;

    private TensorCheck() {}

    /** Fails unless the source holds exactly the expected tensors. */
    public static void requireExactly(TensorSource source, Map<String, Shape> expected) {
        requireExactly(source, expected, name -> false);
    }

    /**
     * Fails unless the source holds the expected tensors, of the expected shapes, and no others.
     *
     * @param expected shape by name
     * @param ignored names that may be there or not, whatever their shape, such as {@code position_ids} buffers
     * @throws UserException listing every missing, mis-shaped and surplus tensor
     */
    public static void requireExactly(TensorSource source, Map<String, Shape> expected, Predicate<String> ignored) {
        List<String> missing = new ArrayList<>();
        List<String> misshaped = new ArrayList<>();
        List<String> surplus = new ArrayList<>();
        for (Map.Entry<String, Shape> want : new TreeMap<>(expected).entrySet()) {
            String name = want.getKey();
            if (ignored.test(name)) {
                continue;
            }
            if (!source.contains(name)) {
                missing.add(name + " " + want.getValue());
            } else if (!source.info(name).shape().equals(want.getValue())) {
                misshaped.add(name + ": expected " + want.getValue() + ", found "
                        + source.info(name).shape());
            }
        }
        for (String name : source.names()) {
            if (!expected.containsKey(name) && !ignored.test(name)) {
                surplus.add(name + " " + source.info(name).shape());
            }
        }
        if (missing.isEmpty() && misshaped.isEmpty() && surplus.isEmpty()) {
            return;
        }
        StringBuilder message =
                new StringBuilder(source.path() + ": the weights do not fit the model's configuration:");
        append(message, "missing", missing);
        append(message, "of another shape", misshaped);
        append(message, "surplus", surplus);
        message.append("\nCheck that config.json and the weights belong to one model.");
        throw new UserException(message.toString());
    }

    /**
     * Fails if a value is NaN or infinite.
     *
     * @throws UserException naming file, tensor, how many and the first
     */
    public static void requireFinite(TensorSource source, String name, float[] values) {
        Held finite = new Held(Range.FLOAT32);
        finite.accept(values, values.length);
        finite.require(source, name);
    }

    /**
     * Reads a floating tensor part by part, and fails at its end if a value was NaN or infinite.
     *
     * @throws UserException naming file, tensor, how many and the first
     */
    public static void readFinite(TensorSource source, String name, TensorSource.FloatSink sink) {
        read(source, name, Range.FLOAT32, sink);
    }

    /**
     * As {@link #readFinite}, of a tensor that is to be rounded to bfloat16: fails also if a value becomes infinite by
     * that, as those from 3.3962e38 on do.
     */
    public static void readForBfloat16(TensorSource source, String name, TensorSource.FloatSink sink) {
        read(source, name, Range.BFLOAT16, sink);
    }

    private static void read(TensorSource source, String name, Range range, TensorSource.FloatSink sink) {
        Held held = new Held(range);
        source.readFloats(name, (values, count) -> {
            held.accept(values, count);
            sink.accept(values, count);
        });
        held.require(source, name);
    }

    /** What values are kept as. */
    private enum Range {
        FLOAT32(0x7f800000),
        /** Midway between its largest number and the next power of two, which is rounded up. */
        BFLOAT16(0x7f7f8000);

        /** The bits of the least magnitude that it does not hold: above are infinity and what is not a number. */
        private final int beyond;

        Range(int beyond) {
            this.beyond = beyond;
        }
    }

    /** Counts what a range does not hold, and tells of what no range holds where there is any. */
    private static final class Held implements TensorSource.FloatSink {
        private static final int MAGNITUDE = 0x7fffffff;

        private final Range range;
        private long seen;
        private long tooLarge;
        private long notFinite;
        private long first;
        private float value;

        Held(Range range) {
            this.range = range;
        }

        @Override
        public void accept(float[] values, int count) {
            // By bits: Float.isFinite takes five times as long without the JVM's second compiler.
            int beyond = range.beyond;
            for (int i = 0; i < count; i++) {
                if ((Float.floatToRawIntBits(values[i]) & MAGNITUDE) >= beyond) {
                    count(values[i], seen + i);
                }
            }
            seen += count;
        }

        private void count(float bad, long index) {
            if (Float.isFinite(bad) ? tooLarge++ == 0 && notFinite == 0 : notFinite++ == 0) {
                first = index;
                value = bad;
            }
        }

        void require(TensorSource source, String name) {
            if (tooLarge + notFinite == 0) {
                return;
            }
            String where =
                    TensorReading.where(source, name) + " " + source.info(name).shape() + ": expected ";
            String found = (notFinite == 0 ? tooLarge : notFinite) + " of " + seen;
            String which = "(first: " + value + " at index " + first + "). ";
            throw new UserException(
                    notFinite == 0
                            ? where + "numbers within the range of bfloat16, found " + found + " beyond it " + which
                                    + "See whether the file is damaged; float32 (run.precision) holds such numbers."
                            : where + "finite numbers, found " + found + " NaN or infinite " + which
                                    + "The file is damaged, or the training that made it diverged.");
        }
    }

    private static void append(StringBuilder message, String title, List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        message.append("\n  ").append(lines.size()).append(' ').append(title).append(':');
        lines.stream().limit(LISTED).forEach(line -> message.append("\n    ").append(line));
        if (lines.size() > LISTED) {
            message.append("\n    and ").append(lines.size() - LISTED).append(" more");
        }
    }
}
