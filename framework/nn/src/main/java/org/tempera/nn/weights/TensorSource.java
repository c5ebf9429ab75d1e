package org.tempera.nn.weights;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.base.files.FileHashes;
import org.tempera.spi.HostTensor;

/**
 * Named tensors in one or more files, read one at a time.
 *
 * <p>Reading is safe from several threads at once. Every method that takes a name throws {@link
 * org.tempera.spi.UserException} where no such tensor exists (naming the nearest ones), and every read does where the
 * file turns out damaged.
 */
public interface TensorSource extends AutoCloseable {
    /** The file or folder, for messages. */
    Path path();

    /** The file that holds a tensor; {@link #path()} itself unless the source is sharded. */
    default Path fileOf(String name) {
        return path();
    }

    /** All tensor names, sorted. */
    Set<String> names();

    /** Dtype and shape of a tensor. */
    TensorInfo info(String name);

    /** The file's own key-value notes ({@code __metadata__} in safetensors); empty where the format has none. */
    Map<String, String> metadata();

    /**
     * Takes a part of a tensor's numbers: the first {@code count} of an array, which is filled anew for the next part.
     */
    @FunctionalInterface
    interface FloatSink {
        void accept(float[] values, int count);
    }

    /**
     * Hands on a floating tensor's elements in row-major order, converted from F16, BF16 or F64 where need be, a part
     * at a time, so that large tensors need no memory here.
     */
    default void readFloats(String name, FloatSink sink) {
        float[] values = readFloats(name);
        sink.accept(values, values.length);
    }

    /**
     * Appends a floating tensor's elements in row-major order, converted from F16, BF16 or F64 where need be, and
     * advances the buffer by as many.
     *
     * @throws IllegalArgumentException if the buffer has not room for all
     */
    void readFloats(String name, FloatBuffer target);

    /** A floating tensor's elements in row-major order, converted from F16, BF16 or F64 where need be. */
    default float[] readFloats(String name) {
        float[] values = new float[TensorReading.arrayLength(this, info(name))];
        readFloats(name, FloatBuffer.wrap(values));
        return values;
    }

    /** A floating tensor with its shape, converted from F16, BF16 or F64 where need be. */
    default HostTensor readTensor(String name) {
        int[] shape = TensorReading.sizes(this, info(name));
        return HostTensor.of(readFloats(name), shape);
    }

    /** An integer or boolean tensor's elements in row-major order. */
    long[] readLongs(String name);

    /** True if a tensor of this name is there. */
    default boolean contains(String name) {
        return names().contains(name);
    }

    /**
     * SHA-256 of all files that tensors lie in, by file.
     *
     * @throws org.tempera.spi.UserException if one cannot be read
     */
    default Map<String, String> hashes() {
        Map<String, String> hashes = new TreeMap<>();
        names().forEach(name ->
                hashes.computeIfAbsent(fileOf(name).toString(), file -> FileHashes.sha256(Path.of(file))));
        return hashes;
    }

    /** Closes the files. */
    @Override
    void close();
}
