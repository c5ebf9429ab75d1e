package org.tempera.base.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.spi.UserException;

/** Refuses to replace what a command has not written itself, under a name that its user gave by a slip. */
public final class ReplacedFile {
    /** Bytes of a file in which its mark is looked for. */
    private static final int LOOKED_AT = 1 << 16;

    private ReplacedFile() {}

    /**
     * Fails where a file of a name is there that is not of a kind, or where there is no folder for it.
     *
     * @param ending of the names of such files, such as {@code .html}
     * @param mark what every such file has near its beginning
     * @param kind of file, for people, such as {@code a page of compare}
     * @throws UserException that says what to do
     */
    public static void requireOwn(Path file, String ending, String mark, String kind) {
        requireName(file, ending);
        if (!Files.exists(file)) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
            if (!text.contains(mark)) {
                throw new UserException(
                        file + ": is there already, and is not " + kind + ". Name another file, or move it away.");
            }
        } catch (IOException e) {
            throw new UserException(
                    file + ": is there already, and cannot be read (" + IoReason.of(e) + "). Name another file.", e);
        }
    }

    /**
     * Fails where a name is not one to write such a file under.
     *
     * @throws UserException if it has another ending, or is that of a folder, or is in none
     */
    public static void requireName(Path file, String ending) {
        if (!String.valueOf(file.getFileName()).endsWith(ending)) {
            throw new UserException(file + ": expected a file name that ends with " + ending
                    + ", since that is what is written. Give another name.");
        }
        if (Files.isDirectory(file)) {
            throw new UserException(
                    file + ": expected the name of a file to write, found a folder. Give another name.");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Path there = FreeSpace.nearest(folder);
            throw new UserException(file + ": cannot be written: "
                    + (Files.isDirectory(there)
                            ? "the folder " + folder + " does not exist. Make it first, or name another."
                            : there + " is no folder. Name another."));
        }
    }
}
