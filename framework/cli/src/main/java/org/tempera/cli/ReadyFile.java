package org.tempera.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tempera.base.files.AtomicFile;
import org.tempera.base.files.IoReason;
import org.tempera.spi.UserException;
import picocli.CommandLine.Option;

/**
 * Tells a system that started the command when it is ready, by a file that is there from then on until the end. What a
 * process that was killed has left there is removed first; a file of anybody else's never is.
 */
final class ReadyFile implements AutoCloseable {
    /** What the file begins with; a longer one is not of this class. */
    private static final String MARK = "tempera is ready: ";

    private static final int LONGEST = 200;

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description =
                    "Write FILE once the run is built and all of its workers have found each other, and remove it at"
                            + " the end: for systems that ask whether a process is ready.")
    private @Nullable Path file;

    private boolean written;

    /**
     * Sees to it that the file is not there, and can be.
     *
     * @throws UserException if something else lies there, or there is no folder for it
     */
    void clear() {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UserException("--ready-file " + file + ": its folder does not exist. Make it first.");
        }
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                requireOwn(file);
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UserException("--ready-file " + file + ": cannot be removed: " + IoReason.of(e) + ".", e);
        }
    }

    /**
     * The command is ready from here on.
     *
     * @param what it is ready for, a few words
     * @throws UserException if the file cannot be written
     */
    void write(String what) {
        if (file != null) {
            ByteBuffer text = StandardCharsets.UTF_8.encode(MARK + what + "\n");
            AtomicFile.write(file, channel -> {
                while (text.hasRemaining()) {
                    channel.write(text);
                }
            });
            written = true;
        }
    }

    private static void requireOwn(Path file) throws IOException {
        boolean own = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) <= LONGEST
                && beginning(file).equals(MARK);
        if (!own) {
            throw new UserException("--ready-file " + file + ": expected nothing there, or what an earlier command has"
                    + " left, found something else, which is left as it is. Choose another name.");
        }
    }

    /** The command is ready no more. Where the file cannot be removed, the next command does it. */
    @Override
    public void close() {
        if (file != null && written) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // Whoever asks learns of the end by the process, too.
            }
        }
    }

    private static String beginning(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MARK.length()), StandardCharsets.UTF_8);
        }
    }
}
