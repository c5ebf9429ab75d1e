package org.tempera.cli;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.Loader;

/**
 * The process's standard error, descriptor 2, while it is memory: what native code writes there can be looked at before
 * it is printed. Its end is the process's at the latest, but for one that a signal ends. Linux only.
 */
final class DivertedError implements AutoCloseable {
    private static final int STANDARD_ERROR = 2;

    /** A descriptor may be refused for a moment, such as where a signal comes. */
    private static final int ATTEMPTS = 100;

    /** Where JNA unpacks its own library at each start, and deletes it. */
    private static final String JNA_FOLDER = "jna.tmpdir";

    private final NativeLibrary c;
    private final UnaryOperator<byte[]> filter;
    private final int original;
    private final int memory;
    private final Thread atExit = new Thread(this::restore, "restore-standard-error");
    private boolean diverted = true;

    private DivertedError(NativeLibrary c, int original, int memory, UnaryOperator<byte[]> filter) {
        this.c = c;
        this.original = original;
        this.memory = memory;
        this.filter = filter;
    }

    /**
     * Diverts it, where that can be done; where not, everything stays as it is.
     *
     * @param filter what is to be printed in the end of what was written
     */
    static Optional<DivertedError> begin(UnaryOperator<byte[]> filter) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        try {
            chooseFolder();
            return begin(NativeLibrary.getProcess(), filter);
        } catch (IOException | RuntimeException | LinkageError e) {
            return Optional
                    .empty(); // such as a folder that nothing can be executed in, or a C library without memfd_create
        }
    }

    private static Optional<DivertedError> begin(NativeLibrary c, UnaryOperator<byte[]> filter) {
        int memory = call(c.getFunction("memfd_create"), "tempera-stderr", 0);
        int original = call(c.getFunction("dup"), STANDARD_ERROR);
        DivertedError error = new DivertedError(c, original, memory, filter);
        if (memory < 0 || original < 0 || !Files.isReadable(error.written())) {
            error.release();
            return Optional.empty();
        }
        Runtime.getRuntime().addShutdownHook(error.atExit);
        if (!error.point(memory)) {
            error.close();
            return Optional.empty();
        }
        return Optional.of(error);
    }

    /**
     * TensorFlow's, in which libraries can be executed, as they have been; JNA's own is in the home, which not every
     * user has.
     */
    private static void chooseFolder() throws IOException {
        File folder = Loader.getCacheDir();
        if (System.getProperty(JNA_FOLDER) == null) {
            System.setProperty(JNA_FOLDER, folder.canWrite() ? folder.getPath() : System.getProperty("java.io.tmpdir"));
        }
    }

    /** Restores standard error, and prints what the filter leaves of what was written meanwhile. */
    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process ends, and the hook finds nothing left to do.
            return;
        }
    }

    private synchronized void restore() {
        if (!diverted) {
            return;
        }
        diverted = false;
        point(original);
        try {
            byte[] left = filter.apply(Files.readAllBytes(written()));
            new FileOutputStream(FileDescriptor.err).write(left);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            release();
        }
    }

    /** A file that starts at its beginning each time that it is opened. */
    private Path written() {
        return Path.of("/proc/self/fd/" + memory);
    }

    private boolean point(int descriptor) {
        Function dup2 = c.getFunction("dup2");
        for (int i = 0; i < ATTEMPTS; i++) {
            if (call(dup2, descriptor, STANDARD_ERROR) == STANDARD_ERROR) {
                return true;
            }
        }
        return false;
    }

    private void release() {
        Function close = c.getFunction("close");
        if (memory >= 0) {
            call(close, memory);
        }
        if (original >= 0) {
            call(close, original);
        }
    }

    private static int call(Function function, Object... arguments) {
        return function.invokeInt(arguments);
    }
}
