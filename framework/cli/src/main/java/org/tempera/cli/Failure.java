package org.tempera.cli;

import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.concurrent.CompletionException;
import org.tempera.base.text.ByteSize;
import org.tempera.base.text.LowerCase;
import org.tempera.runtime.ExitCode;
import org.tempera.spi.UserException;
import org.tensorflow.exceptions.TFResourceExhaustedException;

/**
 * What is said of something thrown, and whose mistake it is. Every Throwable has a message here, errors of the JVM too.
 *
 * @param message one or a few lines
 * @param exitCode the command's
 */
record Failure(String message, int exitCode) {
    /** Exit code where the user can mend what is wrong, or the author of the plugin that is named. */
    static final int USER_ERROR = 2;

    /** Exit code where the program is wrong. */
    static final int INTERNAL_ERROR = 70;

    /** Exit code where nothing is wrong here, and {@code --continue} goes on with the run as it is. */
    static final int AGAIN = ExitCode.AGAIN;

    private static final int SHOWN = 1_000;

    /** What went wrong in no command in particular. */
    static Failure of(Throwable thrown) {
        return of(thrown, Remedies.ofNoCommand());
    }

    /**
     * What went wrong.
     *
     * @param remedies of the command that was given
     */
    static Failure of(Throwable thrown, Remedies remedies) {
        if (thrown instanceof UserException e) {
            String message = remedies.after(String.valueOf(e.getMessage()), e.remedies());
            return new Failure(message, e.isPassing() ? AGAIN : USER_ERROR);
        }
        if (thrown instanceof CompletionException && thrown.getCause() != null) {
            return of(thrown.getCause(), remedies);
        }
        if (thrown instanceof OutOfMemoryError) {
            return outOfMemory(String.valueOf(thrown.getMessage()), remedies);
        }
        if (thrown instanceof TFResourceExhaustedException) {
            return users("out of memory in TensorFlow ("
                    + String.valueOf(thrown.getMessage()).lines().findFirst().orElse("")
                    + "). Use a smaller batch-size, or smaller pictures.");
        }
        if (thrown instanceof InvalidPathException e) {
            return users("'" + e.getInput() + "' is no path on this system: " + e.getReason()
                    + ". Where it has letters outside ASCII, set LC_ALL=C.UTF-8 (the JVM reads names as "
                    + System.getProperty("sun.jnu.encoding") + ").");
        }
        if (thrown instanceof UncheckedIOException e && e.getCause() != null) {
            return users("a file could not be read or written: "
                    + shortened(e.getCause().toString()) + ". Check free space and permissions.");
        }
        if (thrown instanceof StackOverflowError) {
            return internal(
                    "the stack overflowed. Input that is nested very deeply does that; TEMPERA_JAVA_OPTS=-Xss16m gives"
                            + " more of it");
        }
        if (thrown instanceof LinkageError) {
            return internal(shortened(thrown.toString())
                    + ". A class or a native library is missing, or was built for another version; look into the folders"
                    + " lib and plugins");
        }
        return internal(shortened(thrown.toString()));
    }

    /** Whether Tempera is wrong. */
    boolean isInternal() {
        return exitCode == INTERNAL_ERROR;
    }

    private static Failure users(String message) {
        return new Failure(message, USER_ERROR);
    }

    private static Failure internal(String message) {
        return new Failure("internal error: " + message + (message.endsWith(".") ? "" : "."), INTERNAL_ERROR);
    }

    private static Failure outOfMemory(String what, Remedies remedies) {
        String lower = LowerCase.of(what);
        if (lower.contains("thread")) {
            return users(
                    "the system allows no more threads (" + what + "). Raise its limit of processes (ulimit -u, or the"
                            + " container's), or set run.threads to fewer.");
        }
        if (lower.contains("metaspace") || lower.contains("direct")) {
            return users("out of memory outside Java's heap (" + what + "). Raise the limit in TEMPERA_JAVA_OPTS.");
        }
        return users("out of memory in Java's heap (" + what + "; it may have "
                + ByteSize.text(Runtime.getRuntime().maxMemory())
                + "). Raise it, such as with TEMPERA_JAVA_OPTS=-Xmx8g" + remedies.orLessHeap() + ".");
    }

    private static String shortened(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }
}
