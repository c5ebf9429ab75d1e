package org.tempera.record.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Mostly on a file system without locks. */
public class FolderLockTest {
    private static final FolderLock.Locker NONE = channel -> {
        throw new IOException("No locks available");
    };

    private Path folder = Path.of("");
    private Path file = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("lock");
        file = folder.resolve("run.lock");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        Files.deleteIfExists(file);
        Files.delete(folder);
    }

    @Test
    public void aRunGoesOnAndLeavesNoHolder() throws Exception {
        FolderLock.take(file, NONE).close();
        FolderLock.take(file, NONE).close();
        assertThat(file).isEmptyFile();
    }

    @Test
    public void aProcessThatLivesOrIsElsewhereHoldsTheFolder() throws Exception {
        try (FolderLock held = FolderLock.take(file, NONE)) {
            assertThatThrownBy(() -> FolderLock.take(file, NONE))
                    .isInstanceOf(FolderLock.TakenException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("remove " + file);
        }
        Files.writeString(file, "process 17 on another-host, since 2026-01-01T00:00:00Z\n");
        assertThatThrownBy(() -> FolderLock.take(file, NONE)).hasMessageContaining("another-host");
    }

    /** As in a container that was killed and started again: the same host, and the same number for another process. */
    @Test
    public void aProcessThatWasStartedLaterHoldsNothing() throws Exception {
        ProcessHandle own = ProcessHandle.current();
        String holder = "process " + own.pid() + " on " + FolderLock.host() + ", since ";
        Instant started = own.info().startInstant().orElseThrow(() -> new SkipException("no start is told"));
        Files.writeString(file, holder + started.minusSeconds(10) + "\n");
        FolderLock.take(file, NONE).close();
        Files.writeString(file, holder + started.truncatedTo(ChronoUnit.SECONDS) + "\n");
        assertThatThrownBy(() -> FolderLock.take(file, NONE)).isInstanceOf(FolderLock.TakenException.class);
        Files.writeString(file, holder + "yesterday\n");
        assertThatThrownBy(() -> FolderLock.take(file, NONE)).isInstanceOf(FolderLock.TakenException.class);
    }

    /** Between opening and locking, a run that failed to begin has removed the file, and another has made it anew. */
    @Test
    public void aLockOnAFileThatLostItsNameHoldsNothing() throws Exception {
        FolderLock failed = FolderLock.take(file);
        FolderLock.Locker late = channel -> {
            failed.closeAndRemove();
            Files.writeString(file, "process 7 on another-host, since 2026-01-01T00:00:00Z\n");
            return channel.tryLock();
        };
        assertThatThrownBy(() -> FolderLock.take(file, late))
                .isInstanceOf(FolderLock.TakenException.class)
                .hasMessageContaining("failed to begin");
        assertThat(file).content().startsWith("process 7");
    }

    @Test
    public void aProcessThatHasEndedDoesNot() throws Exception {
        Files.writeString(file, "process 999999999999 on " + FolderLock.host() + ", since 2026-01-01T00:00:00Z\n");
        FolderLock.take(file, NONE).close();
    }
}
