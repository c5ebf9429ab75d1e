package org.tempera.record.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock on a file that the system takes away when the process ends, however it ends. The file says who holds it; it is
 * not deleted where a run has begun, for then a third process could lock a new file of that name.
 */
public final class FolderLock implements AutoCloseable {
    // Beyond the text: on Windows a locked region cannot be read by others.
    private static final long POSITION = Long.MAX_VALUE - 1;

    /** Stands in a file that has no name any more: whoever opened it before holds nobody back by locking it. */
    private static final String REMOVED = "removed";

    private static final Pattern HOLDER = Pattern.compile("process (\\d{1,18}) on (.*), since (\\S+)");

    /** How far the system's account of when a process was started may be off, and what the file's time lacks. */
    private static final Duration ERROR_OF_START = Duration.ofSeconds(2);

    private final FileChannel channel;
    private final Path file;
    private final long length;
    private final FileTime since;

    private FolderLock(FileChannel channel, Path file) throws IOException {
        this.channel = channel;
        this.file = file;
        length = channel.size();
        since = Files.getLastModifiedTime(file);
    }

    /** Another process, or another run of this one, holds the lock; the message says which. */
    public static final class TakenException extends Exception {
        private static final long serialVersionUID = 1L;

        TakenException(String holder) {
            super(holder);
        }
    }

    /**
     * How a channel is locked; null where another process holds the lock, an exception where the file system has none.
     */
    @FunctionalInterface
    interface Locker {
        @Nullable
        FileLock tryLock(FileChannel channel) throws IOException;
    }

    /**
     * Takes the lock; the file is made where it is not there.
     *
     * @throws TakenException if another holds it
     */
    public static FolderLock take(Path file) throws IOException, TakenException {
        return take(file, channel -> channel.tryLock(POSITION, 1, false));
    }

    static FolderLock take(Path file, Locker locker) throws IOException, TakenException {
        FileChannel channel =
                OwnFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (!lock(channel, file, locker)) {
                throw new TakenException(holder(channel));
            }
            // Not looked at through a second channel: closing one gives up the locks of all.
            if (holder(channel).equals(REMOVED) || Files.notExists(file)) {
                throw new TakenException("one that has just failed to begin");
            }
            write(
                    channel,
                    "process " + ProcessHandle.current().pid() + " on " + host() + ", since "
                            + Instant.now().truncatedTo(ChronoUnit.SECONDS));
            return new FolderLock(channel, file);
        } catch (IOException | TakenException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static boolean lock(FileChannel channel, Path file, Locker locker) throws IOException, TakenException {
        try {
            return locker.tryLock(channel) != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            requireEnded(holder(channel), file);
            Logger log = LoggerFactory.getLogger(FolderLock.class);
            // Not the exception itself, whose stack trace the log would print.
            log.warn(
                    "{}: this file system has no locks ({}); see to it that no second run uses the folder",
                    file,
                    e.getMessage());
            return true;
        }
    }

    /** Where there are no locks, the text of a run that did not end as it should is all there is to go by. */
    private static void requireEnded(String holder, Path file) throws TakenException {
        Matcher process = HOLDER.matcher(holder);
        if (!process.matches()) {
            return;
        }
        boolean here = process.group(2).equals(host());
        if (!here || mayLive(Long.parseLong(process.group(1)), process.group(3))) {
            throw new TakenException(
                    holder + "; this file system has no locks: if that process has ended, remove " + file);
        }
    }

    /**
     * Whether a process of this number may be the one that took the lock then. One that was started later is another: a
     * container that is started again has the host's name and the process's number of the one before it.
     */
    private static boolean mayLive(long pid, String since) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty()) {
            return false;
        }
        try {
            Instant latest = Instant.parse(since).plus(ERROR_OF_START);
            return process.get().info().startInstant().filter(latest::isBefore).isEmpty();
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(500);
        channel.read(bytes, 0);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "holder unknown" : text;
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.truncate(0);
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text + "\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "an unnamed host";
        }
    }

    /** When the lock was taken, by the clock that the folder's files have their times from. */
    FileTime since() {
        return since;
    }

    /**
     * Whether the file of that name is the one that is held, whatever the system calls it: it is made a byte longer or
     * shorter, and the file of that name with it. It is not read, for to close a second channel would give up the lock.
     */
    boolean isInPlace() {
        try {
            if (Files.size(file) != channel.size()) {
                return false;
            }
            if (channel.size() > length) {
                channel.truncate(length);
            } else {
                channel.write(ByteBuffer.wrap(new byte[] {'\n'}), length);
            }
            return Files.size(file) == channel.size();
        } catch (IOException e) {
            return OwnFiles.exists(file); // a full disk: the file is the same as far as can be told
        }
    }

    /** Takes the file away, too, of a run that has not begun. */
    void closeAndRemove() {
        if (remove()) {
            end(() -> write(channel, REMOVED));
        } else {
            close();
            remove(); // Windows removes no file that is open
        }
    }

    private boolean remove() {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        end(() -> channel.truncate(0));
    }

    /** What is done to the file before the lock is given up. */
    @FunctionalInterface
    private interface LastAct {
        void run() throws IOException;
    }

    private void end(LastAct act) {
        try (channel) {
            act.run();
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
    }
}
