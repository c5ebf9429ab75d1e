package org.tempera.base.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.Map;
import java.util.Optional;

/**
 * Says in words why the file system did not do what it was asked for. Java's exceptions say half of it by their class
 * and repeat the path in their message.
 */
public final class IoReason {
    private static final Map<Class<? extends IOException>, String> KINDS = Map.of(
            NoSuchFileException.class, "no such file or folder",
            AccessDeniedException.class, "permission denied",
            FileAlreadyExistsException.class, "there is a file of this name already",
            NotDirectoryException.class, "no folder",
            DirectoryNotEmptyException.class, "the folder is not empty",
            FileSystemLoopException.class, "links that lead round in a circle",
            NotLinkException.class, "no link",
            AtomicMoveNotSupportedException.class, "it cannot be moved in one step",
            CharacterCodingException.class, "it is not UTF-8");

    private IoReason() {}

    /**
     * Words for a message, without a full stop.
     *
     * @param failure an I/O failure, or what was thrown for one
     */
    public static String of(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof IOException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof IOException e ? of(e) : cause.toString();
    }

    /** What to do where a file cannot be written, a sentence. */
    public static String adviceOnWriting(IOException e) {
        return e instanceof NoSuchFileException
                ? "Its folder was moved or deleted."
                : "Check free space and permissions.";
    }

    private static String of(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return byKind(e)
                .map(words -> words + naming(e))
                .orElseGet(() -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    /** What the class alone says. */
    private static Optional<String> byKind(IOException e) {
        return KINDS.entrySet().stream()
                .filter(kind -> kind.getKey().isInstance(e))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The path, where the exception names one. */
    private static String naming(IOException e) {
        boolean named = e instanceof FileSystemException;
        return named && e.getMessage() != null ? ": " + e.getMessage() : "";
    }
}
