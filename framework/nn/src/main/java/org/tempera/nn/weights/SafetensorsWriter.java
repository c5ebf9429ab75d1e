package org.tempera.nn.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.tempera.base.files.AtomicFile;
import org.tensorflow.ndarray.Shape;

/**
 * Collects tensors and writes them as one safetensors file.
 *
 * <p>Equal contents give equal bytes: tensors are sorted by dtype (wide before narrow) and then by name, as the
 * reference implementation does, and notes by key. The file appears whole or not at all: it is written under another
 * name, forced to the disk, and moved to its place.
 *
 * <p>Arrays are not copied; they must not change before {@link #write}.
 */
public final class SafetensorsWriter {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int HEADER_ALIGNMENT = 8;

    private final Map<String, String> metadata = new TreeMap<>();
    private final Map<String, Pending> tensors = new TreeMap<>();

    /** Encodes elements from {@code from} on until the chunk is full. */
    private interface Encoder {
        void encode(int from, int count, ByteBuffer chunk);
    }

    /** Writes a tensor's bytes. */
    private interface Body {
        void writeTo(Out out) throws IOException;
    }

    /** The file that is being written, and the sum of what went there. */
    private record Out(FileChannel channel, CRC32 sum) {
        void write(ByteBuffer bytes) throws IOException {
            sum.update(bytes.duplicate());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private record Pending(TensorInfo info, Body body) {}

    /** Adds a note to the file's {@code __metadata__}, such as {@code format} = {@code pt}. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /** Adds an F32 tensor, elements in row-major order. */
    public SafetensorsWriter addFloats(String name, Shape shape, float[] values) {
        requireLength(name, shape, values.length);
        return add(new TensorInfo(name, DType.F32, shape), () -> floats(FloatBuffer.wrap(values)));
    }

    /** Adds an F32 tensor whose elements, in row-major order, are asked for only when it is written. */
    public SafetensorsWriter addFloats(String name, Shape shape, Supplier<float[]> values) {
        return add(new TensorInfo(name, DType.F32, shape), () -> {
            float[] now = values.get();
            requireLength(name, shape, now.length);
            return floats(FloatBuffer.wrap(now));
        });
    }

    /** Adds an F16 tensor: the floats, in row-major order, are rounded to the nearest half, ties to even. */
    public SafetensorsWriter addHalfs(String name, Shape shape, float[] values) {
        requireLength(name, shape, values.length);
        return add(new TensorInfo(name, DType.F16, shape), () -> (from, count, chunk) -> {
            for (int i = from; i < from + count; i++) {
                chunk.putShort(HalfFloats.toHalf(values[i]));
            }
        });
    }

    /** Adds an I64 tensor, elements in row-major order. */
    public SafetensorsWriter addLongs(String name, Shape shape, long[] values) {
        requireLength(name, shape, values.length);
        return add(
                new TensorInfo(name, DType.I64, shape),
                () -> (from, count, chunk) -> chunk.asLongBuffer().put(values, from, count));
    }

    /** Adds a U8 tensor, elements in row-major order. */
    public SafetensorsWriter addBytes(String name, Shape shape, byte[] values) {
        requireLength(name, shape, values.length);
        return add(new TensorInfo(name, DType.U8, shape), () -> (from, count, chunk) -> chunk.put(values, from, count));
    }

    /** Adds a tensor of a file, in its own dtype; it is copied a chunk at a time when it is written. */
    SafetensorsWriter addStored(StoredTensors source, String name) {
        TensorInfo info = source.info(name);
        return addBody(info, out -> copy(source, info, out));
    }

    private static void copy(StoredTensors source, TensorInfo info, Out out) throws IOException {
        long start = out.channel().position();
        try {
            source.readStored(info.name(), bytes -> {
                try {
                    out.write(bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException(e.getCause());
        }
        long written = out.channel().position() - start;
        if (written != info.bytes()) {
            throw new IllegalStateException(TensorReading.where(source, info.name()) + ": " + info.bytes()
                    + " bytes expected, " + written + " written");
        }
    }

    private static Encoder floats(FloatBuffer values) {
        return (from, count, chunk) -> chunk.asFloatBuffer().put(values.slice(from, count));
    }

    private SafetensorsWriter add(TensorInfo info, Supplier<Encoder> content) {
        return addBody(info, out -> writeEncoded(info, content.get(), out));
    }

    private SafetensorsWriter addBody(TensorInfo info, Body content) {
        if (info.name().equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be named " + SafetensorsHeader.METADATA);
        }
        if (tensors.putIfAbsent(info.name(), new Pending(info, content)) != null) {
            throw new IllegalArgumentException("tensor '" + info.name() + "' was added twice");
        }
        return this;
    }

    private static void requireLength(String name, Shape shape, int length) {
        if (shape.size() != length) {
            throw new IllegalArgumentException("tensor '" + name + "' of shape " + shape + " must have " + shape.size()
                    + " elements, has " + length);
        }
    }

    /**
     * Writes the file, replacing one that is there.
     *
     * @return the CRC-32 of its bytes, as they were given to be written
     * @throws org.tempera.spi.UserException if it cannot be written (folder missing, disk full); what was there remains
     */
    public int write(Path path) {
        CRC32 sum = new CRC32();
        AtomicFile.write(path, channel -> writeTo(new Out(channel, sum)));
        return (int) sum.getValue();
    }

    private void writeTo(Out out) throws IOException {
        List<Pending> inOrder = new ArrayList<>(tensors.values());
        Comparator<Pending> byDtype =
                Comparator.comparing((Pending p) -> p.info().dtype());
        inOrder.sort(byDtype.reversed()
                .thenComparing(p -> p.info().name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
        byte[] header = header(inOrder);
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.write(length.putLong(header.length).flip());
        out.write(ByteBuffer.wrap(header));
        for (Pending tensor : inOrder) {
            tensor.body().writeTo(out);
        }
    }

    private static void writeEncoded(TensorInfo info, Encoder encoder, Out out) throws IOException {
        int elementBytes = info.dtype().byteSize();
        int total = Math.toIntExact(info.elements());
        int perChunk = CHUNK_BYTES / elementBytes;
        int chunkBytes = Math.min(perChunk, total) * elementBytes;
        ByteBuffer chunk = ByteBuffer.allocate(chunkBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < total; from += perChunk) {
            int count = Math.min(perChunk, total - from);
            chunk.clear();
            encoder.encode(from, count, chunk);
            chunk.position(0).limit(count * elementBytes);
            out.write(chunk);
        }
    }

    private byte[] header(List<Pending> inOrder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafetensorsHeader.METADATA);
                for (Map.Entry<String, String> note : metadata.entrySet()) {
                    json.writeStringField(note.getKey(), note.getValue());
                }
                json.writeEndObject();
            }
            long position = 0;
            for (Pending tensor : inOrder) {
                TensorInfo info = tensor.info();
                json.writeObjectFieldStart(info.name());
                json.writeStringField("dtype", info.dtype().name());
                json.writeFieldName("shape");
                long[] dimensions = info.shape().asArray();
                json.writeArray(dimensions, 0, dimensions.length);
                json.writeFieldName("data_offsets");
                long end = position + info.bytes();
                json.writeArray(new long[] {position, end}, 0, 2);
                json.writeEndObject();
                position = end;
            }
            json.writeEndObject();
        }
        while (bytes.size() % HEADER_ALIGNMENT != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }
}
