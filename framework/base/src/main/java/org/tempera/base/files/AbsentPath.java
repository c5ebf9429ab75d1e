package org.tempera.base.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says why there is nothing at a path that a user named: it is not there, or it is a link that leads nowhere. */
public final class AbsentPath {
    private AbsentPath() {}

    /**
     * Words for a message, without a full stop.
     *
     * @param path where nothing can be opened
     * @param otherwise what to say where it is no such link, such as {@code no such file}
     */
    public static String reason(Path path, String otherwise) {
        return isBrokenLink(path) ? "is " + link(path) : otherwise;
    }

    /** What a link that leads nowhere is, for a message. */
    static String link(Path link) {
        return "a link to " + target(link) + ", which is not there";
    }

    /** Whether a path is a link that leads nowhere. */
    public static boolean isBrokenLink(Path path) {
        return Files.isSymbolicLink(path) && !Files.exists(path);
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "something that cannot be told (" + e.getMessage() + ")";
        }
    }
}
