package org.tempera.base.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Room on the disk that a path lies on, be there anything at the path yet or not, and whether it may be used. */
public final class FreeSpace {
    private FreeSpace() {}

    /** The path itself, or the nearest above it that is there. */
    public static Path nearest(Path path) {
        Path there = path.toAbsolutePath().normalize();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }

    /**
     * Makes a file in a folder and removes it, since what {@link Files#isWritable} says may be wrong.
     *
     * @throws IOException if no file can be made there
     */
    public static void tryWriting(Path folder) throws IOException {
        Files.delete(Files.createTempFile(folder, ".tempera", null));
    }

    /** Bytes that may still be written there; empty where the system does not tell. */
    public static OptionalLong at(Path path) {
        try {
            return OptionalLong.of(Files.getFileStore(nearest(path)).getUsableSpace());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
