package org.tempera.nn.weights;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.spi.UserException;

/** What every kind of weight file does alike: decoding little-endian elements, and the messages. */
final class TensorReading {
    private TensorReading() {}

    /** A sink of bytes that decodes them for a sink of floats. */
    static StoredTensors.ByteSink decoder(DType dtype, TensorSource.FloatSink sink) {
        FloatDecoder decoder = new FloatDecoder(dtype);
        return bytes -> sink.accept(decoder.decode(bytes), decoder.count());
    }

    /** Decodes as many elements as {@code bytes} holds into longs. */
    static void decodeLongs(DType dtype, ByteBuffer bytes, LongBuffer target) {
        int count = bytes.remaining() / dtype.byteSize();
        for (int i = 0; i < count; i++) {
            target.put(
                    switch (dtype) {
                        case I64 -> bytes.getLong();
                        case I32 -> bytes.getInt();
                        case I16 -> bytes.getShort();
                        case I8 -> bytes.get();
                        case U8 -> bytes.get() & 0xff;
                        case BOOL -> bytes.get() != 0 ? 1 : 0;
                        default -> throw new IllegalArgumentException(dtype + " is not an integer type");
                    });
        }
    }

    static void requireFloating(TensorSource source, TensorInfo info) {
        if (!info.dtype().isFloating()) {
            throw new UserException(where(source, info.name()) + ": expected a floating tensor (F16, BF16, F32 or F64),"
                    + " found " + info.dtype() + ". Is this the right file for this model?");
        }
    }

    static void requireInteger(TensorSource source, TensorInfo info) {
        if (info.dtype().isFloating()) {
            throw new UserException(where(source, info.name()) + ": expected an integer tensor, found " + info.dtype()
                    + ". Is this the right file for this model?");
        }
    }

    static void requireRoom(TensorInfo info, FloatBuffer target) {
        if (target.remaining() < info.elements()) {
            throw new IllegalArgumentException("target must hold the " + info.elements() + " elements of '"
                    + info.name() + "' " + info.shape() + ", has room for " + target.remaining());
        }
    }

    static int arrayLength(TensorSource source, TensorInfo info) {
        if (info.elements() > Integer.MAX_VALUE - 8) {
            throw new UserException(where(source, info.name()) + ": " + info.elements() + " elements " + info.shape()
                    + " do not fit into one array. Store it in several tensors.");
        }
        return (int) info.elements();
    }

    /** The shape in ints; a tensor without elements may have any sizes besides the one that is 0. */
    static int[] sizes(TensorSource source, TensorInfo info) {
        long[] sizes = info.shape().asArray();
        if (Arrays.stream(sizes).anyMatch(size -> size > Integer.MAX_VALUE)) {
            throw new UserException(where(source, info.name()) + ": the shape " + info.shape()
                    + " is too large to be true. Download or copy the file again.");
        }
        return Arrays.stream(sizes).mapToInt(size -> (int) size).toArray();
    }

    static String where(TensorSource source, String name) {
        return source.fileOf(name) + ": tensor '" + name + "'";
    }

    static UserException noSuchTensor(TensorSource source, String name) {
        List<String> near = nearest(name, source.names());
        return new UserException(source.path() + ": no tensor is named '" + name + "' among its "
                + source.names().size() + "."
                + (near.isEmpty()
                        ? ""
                        : " Nearest: " + near.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", "))
                                + "."));
    }

    /** Up to three names that end as the wanted one does or differ from it by few letters. */
    static List<String> nearest(String wanted, Collection<String> names) {
        int limit = Math.max(2, wanted.length() / 4);
        Stream<Map.Entry<String, Integer>> scored = names.stream().limit(20_000).map(n -> {
            boolean suffix = n.endsWith("." + wanted) || wanted.endsWith("." + n);
            return Map.entry(n, suffix ? 0 : distance(wanted, n, limit));
        });
        return scored.filter(e -> e.getValue() <= limit)
                .sorted(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .limit(3)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Levenshtein's distance, given up early above the limit. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) > limit) {
            return limit + 1;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            int best = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
                best = Math.min(best, row[j]);
            }
            if (best > limit) {
                return limit + 1;
            }
        }
        return row[b.length()];
    }
}
