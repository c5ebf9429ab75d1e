package org.tempera.record.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Frames records as TensorFlow does: length (8 bytes), its masked CRC-32C, the data, its masked CRC-32C, all
 * little-endian.
 */
final class TfRecordWriter implements AutoCloseable {
    private static final int MASK_DELTA = 0xa282ead8;

    private final FileChannel channel;

    TfRecordWriter(FileChannel channel) {
        this.channel = channel;
    }

    void write(byte[] data) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        frame.putLong(data.length);
        frame.putInt(maskedCrc(frame.array(), 8));
        frame.put(data);
        frame.putInt(maskedCrc(data, data.length));
        frame.flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    /**
     * The checksum of the first {@code length} bytes, rotated and shifted so that a checksum of checksums stays one.
     */
    static int maskedCrc(byte[] data, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
