package org.tempera.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.tempera.record.run.OwnFiles;

/**
 * The CRC-32 of a file: it tells a file that a disk or a copy damaged, and one of another checkpoint. No guard against
 * malice.
 */
final class Checksum {
    private static final int BUFFER = 1 << 20;

    private Checksum() {}

    /** Eight hexadecimal digits. */
    static String of(Path file) throws IOException {
        CRC32 sum = new CRC32();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try (FileChannel channel = OwnFiles.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                sum.update(buffer.flip());
                buffer.clear();
            }
        }
        return text((int) sum.getValue());
    }

    /** A sum as {@link #of} gives it. */
    static String text(int crc32) {
        return HexFormat.of().toHexDigits(crc32);
    }
}
