package org.tempera.record.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens to the fuzzer what a run folder's package keeps to itself. */
public final class RunReaders {
    private RunReaders() {}

    /** The files that a run's list names. */
    public static void trainedFiles(Path run) {
        new RunContents(run, name -> false).list();
    }

    /** Who holds a folder, where the file system has no locks and the text is all there is to go by. */
    public static void lock(Path file) throws IOException {
        try (FolderLock lock = FolderLock.take(file, channel -> {
            throw new IOException("no locks");
        })) {
            lock.isInPlace();
        } catch (FolderLock.TakenException e) {
            if (String.valueOf(e.getMessage()).isBlank()) {
                throw new IllegalStateException("taken by nobody", e);
            }
        }
    }

    /** All lines of a log from its end, then cut after an epoch. */
    public static void log(Path file, int epoch) {
        try (LogTail tail = LogTail.open(file)) {
            for (Optional<LogTail.Line> line = tail.previous(); line.isPresent(); line = tail.previous()) {
                line.get().text();
            }
        }
        LogTail.rewind(file, epoch);
    }
}
