package org.tempera.record.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.tempera.base.files.FoundPath;
import org.tempera.base.files.IoReason;
import org.tempera.base.text.BoundedFile;
import org.tempera.base.text.Utf8;
import org.tempera.spi.UserException;

/**
 * The door to files and folders that lie in a run folder, which may be somebody else's: links are never followed, and
 * what has a run's name but is of another kind is refused. The run folder itself may be named through a link, for that
 * is the user's own choice.
 */
public final class OwnFiles {
    private static final String MEND = " Put what is meant in its place, or move it away.";

    /** Bytes of a file that is read at once. */
    private static final int LARGEST = 1 << 26;

    /** Bytes of a run's lists: of its files, its rulers, what it was made of. A thousand times what is usual. */
    public static final int LARGEST_LIST = 1 << 22;

    private OwnFiles() {}

    /**
     * Fails unless a path is a plain file or nothing.
     *
     * @throws UserException if it is a link, a folder, a pipe or the like
     */
    public static void requireFile(Path file) {
        requireNoLink(file);
        if (exists(file) && !isFile(file)) {
            throw new UserException(file + ": expected a file, found " + FoundPath.words(file) + "." + MEND);
        }
    }

    /**
     * Fails unless a path is a file that nothing else is another name of, or nothing: what is written into it in place
     * is then written nowhere else.
     *
     * @throws UserException as {@link #requireFile}, or if it is a hard link
     */
    public static void requireOnlyName(Path file) {
        requireFile(file);
        if (!exists(file)) {
            return;
        }
        try {
            if (Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) instanceof Number n
                    && n.intValue() > 1) {
                throw new UserException(
                        file + ": has another name elsewhere (it is a hard link), and what is written into it"
                                + " would be written there too. Put a copy in its place.");
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return; // a system whose files have one name, or do not tell
        }
    }

    /**
     * Fails unless a path is a folder or nothing.
     *
     * @throws UserException if it is a link, a file or the like
     */
    public static void requireFolder(Path folder) {
        requireNoLink(folder);
        if (exists(folder) && !isFolder(folder)) {
            throw new UserException(folder + ": expected a folder, found a file." + MEND);
        }
    }

    private static void requireNoLink(Path path) {
        if (Files.isSymbolicLink(path)) {
            throw new UserException(
                    path + ": is a link. Links in a run folder are not followed, for they may lead anywhere." + MEND);
        }
    }

    /** Whether there is anything, a link that leads nowhere included. */
    public static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether it is a plain file and no link. */
    public static boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether it is a folder and no link. */
    public static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Opens a file, but through no link. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        Set<OpenOption> all = new LinkedHashSet<>(List.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return FileChannel.open(file, all);
    }

    /**
     * A file's text, through no link.
     *
     * @throws CharacterCodingException if it is no UTF-8
     * @throws IOException if it is larger than what a run writes, or cannot be read
     */
    public static String text(Path file) throws IOException {
        return text(file, LARGEST);
    }

    /** As {@link #text(Path)}, of at most so many bytes. */
    public static String text(Path file, int most) throws IOException {
        return Utf8.strict(BoundedFile.readAtMost(file, most, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * The same, with messages.
     *
     * @throws UserException if it is no file, no UTF-8, or cannot be read
     */
    public static String readText(Path file) {
        return readText(file, LARGEST);
    }

    /** As {@link #readText(Path)}, of at most so many bytes. */
    public static String readText(Path file, int most) {
        requireFile(file);
        try {
            return text(file, most);
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": is damaged: it is not UTF-8.", e);
        } catch (BoundedFile.TooLargeException e) {
            throw new UserException(file + ": " + e.getMessage() + ", which no run writes." + MEND, e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
    }

    /** What lies in a folder, in no order; nothing where there is no folder. */
    public static List<Path> list(Path folder) {
        if (!isFolder(folder)) {
            return List.of();
        }
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(entries::add);
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
        return entries;
    }

    /**
     * Fails if there is a link anywhere in a folder.
     *
     * @throws UserException if there is one, or it cannot be read
     */
    static void requireNoLinksIn(Path folder) {
        requireFolder(folder);
        if (!exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            all.forEach(OwnFiles::requireNoLink);
        } catch (IOException | UncheckedIOException e) {
            throw new UserException(folder + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
    }

    /**
     * Removes a folder with all that is in it, links themselves and not what they lead to; what cannot be removed
     * stays.
     */
    public static void deleteQuietly(Path folder) {
        if (!exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException | UncheckedIOException e) {
            // It has no name that anything reads, and is tried again when the run is resumed.
        }
    }
}
