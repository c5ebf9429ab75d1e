package org.tempera.base.files;

import java.nio.file.Files;
import java.nio.file.Path;

/** Says what lies at a path that a user named, for a message that expected something else there. */
public final class FoundPath {
    private FoundPath() {}

    /** Words to stand behind "found", such as {@code a folder}; a link counts as what it leads to. */
    public static String words(Path path) {
        if (Files.isDirectory(path)) {
            return "a folder";
        }
        if (Files.isRegularFile(path)) {
            return "a file";
        }
        if (AbsentPath.isBrokenLink(path)) {
            return AbsentPath.link(path);
        }
        return Files.exists(path) ? "a pipe, a device or the like" : "nothing";
    }
}
