package org.tempera.nn.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.tempera.base.files.IoReason;
import org.tempera.spi.UserException;

/**
 * One safetensors file, open for reading.
 *
 * <p>The layout is eight bytes with the header's length (little-endian), the header (JSON), and the tensors' elements,
 * little-endian and row-major, without gaps. The whole header is checked when the file is opened.
 *
 * <p>A tensor is read through a small buffer rather than mapped: the process never holds more of the file than that,
 * sizes beyond 2 GB need no care, a file that is cut short meanwhile is an error instead of a crash, and nothing keeps
 * the file busy once it is closed.
 */
public final class SafetensorsFile implements StoredTensors {
    /**
     * The longest header that is read, 25 MB, some 150,000 tensors. The reference implementation reads 100 MB; a header
     * takes some five times its length in memory.
     */
    public static final long MAX_HEADER_BYTES = 25_000_000;

    private static final int CHUNK_BYTES = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final long dataStart;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, FileChannel channel, long dataStart, SafetensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.dataStart = dataStart;
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws UserException if it cannot be read is not a sound safetensors file, or has dtypes that are not read
     */
    public static SafetensorsFile open(Path path) {
        FileChannel channel = openChannel(path);
        try {
            return read(path, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new UserException(path + ": cannot be read: " + IoReason.of(e) + ".", e);
        } catch (RuntimeException | Error e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static FileChannel openChannel(Path path) {
        if (Files.isDirectory(path)) {
            throw new UserException(path + ": expected a safetensors file, found a folder.");
        }
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new UserException(path + ": no such file. Check the path.", e);
        } catch (IOException e) {
            throw new UserException(
                    path + ": cannot be opened for reading (" + IoReason.of(e)
                            + "). Check the path and its permissions.",
                    e);
        }
    }

    private static SafetensorsFile read(Path path, FileChannel channel) throws IOException {
        long fileBytes = channel.size();
        ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (fileBytes < Long.BYTES || !readFully(channel, prefix, 0)) {
            throw new UserException(path + ": expected a safetensors file, found only " + fileBytes
                    + " bytes. Download or copy it again.");
        }
        byte[] first = prefix.array();
        long headerBytes = prefix.flip().getLong();
        if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
            throw new UserException(path + ": " + notSafetensors(first, headerBytes));
        }
        if (headerBytes > fileBytes - Long.BYTES) {
            throw new UserException(path + ": the file is truncated: its header takes " + headerBytes
                    + " bytes, the file has " + fileBytes + ". Download or copy it again.");
        }
        ByteBuffer json = ByteBuffer.allocate((int) headerBytes);
        if (!readFully(channel, json, Long.BYTES)) {
            throw new UserException(path + ": the file was cut short while it was read.");
        }
        long dataStart = Long.BYTES + headerBytes;
        try {
            return new SafetensorsFile(
                    path, channel, dataStart, SafetensorsHeader.parse(json.array(), fileBytes - dataStart));
        } catch (SafetensorsHeader.UnreadDtypeException e) {
            throw new UserException(path + ": " + e.getMessage(), e);
        } catch (SafetensorsHeader.BadHeaderException e) {
            throw new UserException(
                    path + ": not a sound safetensors file: " + e.getMessage()
                            + "\nDownload, copy or convert it again.",
                    e);
        }
    }

    private static String notSafetensors(byte[] first, long headerBytes) {
        if (new String(first, StandardCharsets.ISO_8859_1).equals("version ")) {
            return "this is a Git LFS pointer, not the weights. Run 'git lfs pull' in its folder.";
        }
        if (first[0] == 'P' && first[1] == 'K') {
            return "expected a safetensors file, found a zip archive. If it is a PyTorch checkpoint, name it .bin, .pt"
                    + " or .pth.";
        }
        return "expected a header of at most " + MAX_HEADER_BYTES + " bytes, found a length of "
                + Long.toUnsignedString(headerBytes)
                + ": this is no safetensors file, or a damaged one. Download or copy it again.";
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(header.tensors().keySet());
    }

    @Override
    public TensorInfo info(String name) {
        return entry(name).info();
    }

    @Override
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    @Override
    public void readFloats(String name, FloatBuffer target) {
        TensorReading.requireRoom(info(name), target);
        readFloats(name, (values, count) -> target.put(values, 0, count));
    }

    @Override
    public void readFloats(String name, FloatSink sink) {
        SafetensorsHeader.Entry entry = entry(name);
        TensorReading.requireFloating(this, entry.info());
        forEachChunk(entry, TensorReading.decoder(entry.info().dtype(), sink));
    }

    @Override
    public long[] readLongs(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        TensorReading.requireInteger(this, entry.info());
        long[] values = new long[TensorReading.arrayLength(this, entry.info())];
        LongBuffer target = LongBuffer.wrap(values);
        forEachChunk(entry, bytes -> TensorReading.decodeLongs(entry.info().dtype(), bytes, target));
        return values;
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = header.tensors().get(name);
        if (entry == null) {
            throw TensorReading.noSuchTensor(this, name);
        }
        return entry;
    }

    @Override
    public void readStored(String name, ByteSink sink) {
        forEachChunk(entry(name), sink);
    }

    private void forEachChunk(SafetensorsHeader.Entry entry, ByteSink sink) {
        long left = entry.end() - entry.start();
        long position = dataStart + entry.start();
        ByteBuffer chunk =
                ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, left)).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (left > 0) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), left));
                if (!readFully(channel, chunk, position)) {
                    throw new UserException(
                            TensorReading.where(this, entry.info().name())
                                    + ": the file was cut short after it was opened. Download or copy it again.");
                }
                chunk.flip();
                position += chunk.remaining();
                left -= chunk.remaining();
                sink.accept(chunk);
            }
        } catch (IOException e) {
            throw new UserException(
                    TensorReading.where(this, entry.info().name()) + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
    }

    private static boolean readFully(FileChannel channel, ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int read = channel.read(target, at);
            if (read < 0) {
                return false;
            }
            at += read;
        }
        return true;
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The reason why it is being closed matters more.
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
