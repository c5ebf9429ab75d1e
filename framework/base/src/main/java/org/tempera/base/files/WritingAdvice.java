package org.tempera.base.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Says what to do where a folder that a user named cannot be made or written into. What stands in the way is looked for
 * on the disk where it can be seen there, for Java's exceptions tell it in the system's words alone.
 */
public final class WritingAdvice {
    /** Bytes that a name may have on the usual file systems. */
    private static final int LONGEST_NAME = 255;

    private WritingAdvice() {}

    /**
     * Sentences for the end of a message.
     *
     * @param folder that was to be made, or to be written into
     * @param failure what came of it
     * @param another what helps in any case, such as {@code choose another folder with run.output=FOLDER}
     */
    public static String of(Path folder, IOException failure, String another) {
        String or = ", or " + another + ".";
        Path there = FreeSpace.nearest(folder);
        if (!Files.isDirectory(there)) {
            return there + " is no folder: " + another + ".";
        }
        if (says(failure, "name too long") || hasLongName(folder)) {
            return "A name may have " + LONGEST_NAME + " bytes on most file systems: choose a shorter one.";
        }
        if (says(failure, "read-only file system") || isReadOnly(there)) {
            return "Mount its file system for writing" + or;
        }
        if (failure instanceof AccessDeniedException denied) {
            return "Change the permissions of " + locked(denied).orElse(there) + or;
        }
        if (says(failure, "no space left") || says(failure, "quota")) {
            return "Make room there" + or;
        }
        if (says(failure, "no such device")) {
            return "The device behind it is not there: attach it" + or;
        }
        boolean vanished = failure instanceof NoSuchFileException;
        if ((vanished || says(failure, "not permitted")) && !canBeWrittenInto(there)) {
            return "Nobody can make files in " + there + ": " + another + ".";
        }
        if (vanished) {
            return "Something else moves or removes what lies in " + there + ": see that nothing else works there" + or;
        }
        return "Check free space and permissions" + or;
    }

    /** Where a look tells that nothing may be written. */
    public static String whereNotWritable(Path folder, String another) {
        return of(folder, new AccessDeniedException(folder.toString()), another);
    }

    /** A file that is there, and not the folder, is what may not be touched. */
    private static Optional<Path> locked(AccessDeniedException denied) {
        return Optional.ofNullable(denied.getFile()).map(Path::of).filter(Files::isRegularFile);
    }

    private static boolean canBeWrittenInto(Path there) {
        try {
            FreeSpace.tryWriting(there);
            return true;
        } catch (IOException e) {
            return false; // which is the answer; the failure that is explained is another
        }
    }

    private static boolean says(IOException failure, String words) {
        return failure instanceof FileSystemException f
                && String.valueOf(f.getReason()).toLowerCase(Locale.ROOT).contains(words);
    }

    private static boolean hasLongName(Path folder) {
        return StreamSupport.stream(folder.spliterator(), false)
                .anyMatch(name -> name.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME);
    }

    private static boolean isReadOnly(Path there) {
        try {
            return Files.getFileStore(there).isReadOnly();
        } catch (IOException e) {
            return false; // the system does not tell
        }
    }
}
