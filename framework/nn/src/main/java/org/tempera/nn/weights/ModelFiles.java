package org.tempera.nn.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.files.FoundPath;
import org.tempera.base.files.IoReason;
import org.tempera.spi.UserException;

/**
 * Looks for files of models so that what can be listed but not opened is named as such: links that lead nowhere, as in
 * a hub's snapshot that was copied without its blobs, folders and pipes that are called as a file should be, files that
 * may not be read, and the hub's own folder above its snapshots.
 */
public final class ModelFiles {
    private static final String SNAPSHOTS = "snapshots";

    private ModelFiles() {}

    /**
     * Whether there is a file that can be opened.
     *
     * @throws UserException if there is one that cannot, or something of that name that is no file, such as a folder
     */
    public static boolean has(Path file) {
        requireTarget(file);
        if (!Files.exists(file)) {
            return false;
        }
        if (!Files.isRegularFile(file)) {
            throw new UserException(file + ": expected a file, found " + FoundPath.words(file)
                    + ". Put the file itself there, or check the path.");
        }
        requireReadable(file);
        return true;
    }

    /**
     * Fails unless there is a file that can be opened.
     *
     * @param expected what the file should be, such as {@code ImageReward's checkpoint (ImageReward.pt)}
     * @throws UserException that says what was found instead
     */
    public static void requireFile(Path file, String expected) {
        requireTarget(file);
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    file + ": expected " + expected + ", found " + FoundPath.words(file) + ". Check the path.");
        }
        requireReadable(file);
    }

    /**
     * Fails for a folder that holds a model elsewhere, or may not be looked into; a folder that is not there is left to
     * the caller.
     *
     * @throws UserException if it is a link that leads nowhere, unreadable, or the hub's folder above its snapshots
     */
    public static void requireOpen(Path folder) {
        requireTarget(folder);
        if (!Files.isDirectory(folder)) {
            return;
        }
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            throw new UserException(
                    folder + ": may not be looked into by this user. Check its permissions, and its owner's.");
        }
        Path snapshots = folder.resolve(SNAPSHOTS);
        boolean model = Stream.of("model_index.json", "config.json", "config.conf")
                .anyMatch(name -> Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS));
        if (Files.isDirectory(snapshots) && !model) {
            List<Path> found = snapshots(snapshots);
            throw new UserException(folder
                    + ": is a model's folder in the hub's cache, whose files are in its snapshots. "
                    + (found.isEmpty()
                            ? "It has none: download the model again."
                            : "Give one of them: "
                                    + String.join(
                                            ", ",
                                            found.stream().map(Path::toString).toList())
                                    + "."));
        }
    }

    private static List<Path> snapshots(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be listed: " + IoReason.of(e) + ". Check its permissions.", e);
        }
    }

    private static void requireReadable(Path file) {
        if (!Files.isReadable(file)) {
            throw new UserException(file + ": may not be read by this user. Check its permissions, and its owner's.");
        }
    }

    private static void requireTarget(Path path) {
        if (AbsentPath.isBrokenLink(path)) {
            throw new UserException(path + ": " + AbsentPath.reason(path, "is not there")
                    + ". Copy the snapshot with its files (cp -rL), or download it again.");
        }
    }
}
