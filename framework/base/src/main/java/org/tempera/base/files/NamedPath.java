package org.tempera.base.files;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The one door through which the text of a file becomes a path, and a path a name. A file may be anyone's, so its text
 * is checked before it names another file to be opened.
 */
public final class NamedPath {
    private NamedPath() {}

    /** The file of that name beside another; empty if the text is anything but the plain name of one. */
    public static Optional<Path> beside(Path file, String name) {
        if (name.isBlank() || name.contains("/") || name.contains("\\") || name.equals(".") || name.equals("..")) {
            return Optional.empty();
        }
        try {
            Path named = file.resolveSibling(name);
            // On Windows "C:x" and "x:stream" have no separator and yet lead elsewhere.
            boolean plain = named.getFileName().toString().equals(name) && !name.contains(":");
            return plain ? Optional.of(named) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** What a file or folder is called, however it is given: of {@code .} the folder's own name. */
    public static String nameOf(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        Path name = whole.getFileName();
        return (name == null ? whole : name).toString();
    }

    /** The path that some text names, from a folder on, which may lead anywhere; empty if the text is no path. */
    public static Optional<Path> from(Path folder, String text) {
        try {
            return Optional.of(folder.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
