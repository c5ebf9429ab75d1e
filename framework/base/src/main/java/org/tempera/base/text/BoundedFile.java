package org.tempera.base.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads files of other people's at once, however much they turn out to hold: a pipe or a device has no end that is
 * known before.
 */
public final class BoundedFile {
    private BoundedFile() {}

    /** A file holds more; the message says how much, as two parts of a sentence. */
    public static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(int most, String found) {
            super("expected a file of at most " + mebibytes(most) + ", found " + found);
        }

        private static String mebibytes(long bytes) {
            return bytes >> 20 == 0 ? bytes + " bytes" : (bytes >> 20) + " MiB";
        }
    }

    /**
     * All of a file's bytes.
     *
     * @param most so many at most
     * @throws TooLargeException if there are more
     * @throws IOException if it cannot be read
     */
    public static byte[] readAtMost(Path file, int most, OpenOption... options) throws IOException {
        try (InputStream in = Files.newInputStream(file, options)) {
            long size = Files.size(file);
            if (size > most) {
                throw new TooLargeException(most, TooLargeException.mebibytes(size));
            }
            // At once what the file says that it has: read piece by piece it would take twice as much.
            byte[] bytes = new byte[(int) size];
            int read = in.readNBytes(bytes, 0, bytes.length);
            byte[] rest = read < bytes.length ? new byte[0] : in.readNBytes(most + 1 - read);
            if (read + rest.length > most) {
                throw new TooLargeException(most, "more");
            }
            if (rest.length == 0 && read == bytes.length) {
                return bytes;
            }
            byte[] all = Arrays.copyOf(bytes, read + rest.length);
            System.arraycopy(rest, 0, all, read, rest.length);
            return all;
        }
    }
}
