package org.tempera.base.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.spi.UserException;

/**
 * Writes a file so that it appears whole or not at all: under a temporary name in the same folder, forced to the disk,
 * then moved to its place.
 */
public final class AtomicFile {
    private static final String ENDING = ".tmp";

    /** A dot, the file's name, the process and a moment. */
    private static final Pattern UNFINISHED = Pattern.compile("\\.(.+)\\.\\d{1,18}-[0-9a-f]+" + Pattern.quote(ENDING));

    private AtomicFile() {}

    /** Writes the content of a file to an open channel. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything; the channel is forced and closed by the caller. */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file, replacing one that is there.
     *
     * @throws UserException if it cannot be written; what was there before is untouched and no temporary file remains
     */
    public static void write(Path path, Content content) {
        Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "path must name a file");
        Path temporary = folder.resolve("." + path.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + ENDING);
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            move(temporary, path);
        } catch (NoSuchFileException e) {
            discard(temporary);
            throw new UserException(path + ": cannot be written: the folder " + folder + " does not exist.", e);
        } catch (IOException e) {
            discard(temporary);
            throw new UserException(
                    path + ": cannot be written: " + IoReason.of(e) + ". "
                            + WritingAdvice.of(folder, e, "write to another folder")
                            + " What was there before is untouched.",
                    e);
        } catch (RuntimeException | Error e) {
            discard(temporary);
            throw e;
        }
        forceFolder(folder);
    }

    /**
     * Whether a name is of a file on the way to a whole one: it is being written, or a process that was killed left it
     * behind.
     */
    public static boolean isUnfinished(String name) {
        return UNFINISHED.matcher(name).matches();
    }

    /** The name that such a file is to have; empty if it is none. */
    public static Optional<String> unfinished(String name) {
        Matcher m = UNFINISHED.matcher(name);
        return m.matches() ? Optional.of(m.group(1)) : Optional.empty();
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The rename itself must reach the disk; where a folder cannot be opened (Windows) the system sees to it. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The file is in its place all the same.
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The failure that led here matters more.
        }
    }
}
