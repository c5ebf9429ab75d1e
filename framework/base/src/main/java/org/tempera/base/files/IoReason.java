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
import java.util.Optional;

/**
 * Says in words why the file system did not do what it was asked for. Java's exceptions say half of it by their class
 * and repeat the path in their message.
 */
public final class IoReason {
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
        if (e instanceof NoSuchFileException) {
            return Optional.of("no such file or folder");
        }
        if (e instanceof AccessDeniedException) {
            return Optional.of("permission denied");
        }
        if (e instanceof FileAlreadyExistsException) {
            return Optional.of("there is a file of this name already");
        }
        if (e instanceof NotDirectoryException) {
            return Optional.of("no folder");
        }
        if (e instanceof DirectoryNotEmptyException) {
            return Optional.of("the folder is not empty");
        }
        if (e instanceof FileSystemLoopException) {
            return Optional.of("links that lead round in a circle");
        }
        if (e instanceof NotLinkException) {
            return Optional.of("no link");
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return Optional.of("it cannot be moved in one step");
        }
        if (e instanceof CharacterCodingException) {
            return Optional.of("it is not UTF-8");
        }
        return Optional.empty();
    }

    /** The path, where the exception names one. */
    private static String naming(IOException e) {
        boolean named = e instanceof FileSystemException;
        return named && e.getMessage() != null ? ": " + e.getMessage() : "";
    }
}
