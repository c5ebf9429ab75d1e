package org.tempera.base.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.testng.SkipException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class WritingAdviceTest {
    private static final String ANOTHER = "choose another folder with run.output=FOLDER";

    @DataProvider
    public Object[][] failures() {
        return new Object[][] {
            {
                new AccessDeniedException("a"),
                "Change the permissions of " + Path.of("target").toAbsolutePath() + ", or " + ANOTHER + "."
            },
            {reason("Read-only file system"), "Mount its file system for writing, or " + ANOTHER + "."},
            {reason("No space left on device"), "Make room there, or " + ANOTHER + "."},
            {reason("Disk quota exceeded"), "Make room there, or " + ANOTHER + "."},
            {reason("No such device or address"), "The device behind it is not there: attach it, or " + ANOTHER + "."},
            {reason("Input/output error"), "Check free space and permissions, or " + ANOTHER + "."},
            {new IOException("x"), "Check free space and permissions, or " + ANOTHER + "."},
            {reason("Operation not permitted"), "Check free space and permissions, or " + ANOTHER + "."},
            {
                new NoSuchFileException("target/a.tmp"),
                "Something else moves or removes what lies in "
                        + Path.of("target").toAbsolutePath() + ": see that nothing else works there, or " + ANOTHER
                        + "."
            },
            {new AccessDeniedException("pom.xml"), "Change the permissions of pom.xml, or " + ANOTHER + "."},
        };
    }

    @Test(dataProvider = "failures")
    public void fitsTheKindOfFault(IOException failure, String advice) {
        assertThat(WritingAdvice.of(Path.of("target"), failure, ANOTHER)).isEqualTo(advice);
    }

    @Test
    public void namesTheFileThatStandsWhereAFolderIsNeeded() throws IOException {
        Path file = Files.createTempFile("tempera", null);
        try {
            assertThat(refused(file.resolve("run"))).isEqualTo(file + " is no folder: " + ANOTHER + ".");
            assertThat(refused(file)).isEqualTo(file + " is no folder: " + ANOTHER + ".");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void aNameThatIsTooLongIsToBeShorter() {
        assertThat(refused(Path.of("target", "a".repeat(300), "run")))
                .isEqualTo("A name may have 255 bytes on most file systems: choose a shorter one.");
    }

    /** A file system of the system's own, which tells root that there is no such folder. */
    @Test
    public void whereNobodyMakesAnythingNoPermissionsHelp() {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            throw new SkipException("there is no /proc");
        }
        assertThat(WritingAdvice.of(Path.of("/proc/none"), new NoSuchFileException("/proc/none"), ANOTHER))
                .isEqualTo("Nobody can make files in /proc: " + ANOTHER + ".");
    }

    private static String refused(Path folder) {
        IOException failure = catchThrowableOfType(IOException.class, () -> Files.createDirectories(folder));
        return WritingAdvice.of(folder, failure, ANOTHER);
    }

    private static FileSystemException reason(String words) {
        return new FileSystemException("a", null, words);
    }
}
