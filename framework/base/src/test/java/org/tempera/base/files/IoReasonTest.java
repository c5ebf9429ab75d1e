package org.tempera.base.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class IoReasonTest {
    @DataProvider
    public Object[][] failures() {
        return new Object[][] {
            {new NoSuchFileException("a/b"), "no such file or folder: a/b"},
            {new AccessDeniedException("a/b"), "permission denied: a/b"},
            {new FileSystemException("a/b", null, "No space left on device"), "No space left on device"},
            {new MalformedInputException(1), "it is not UTF-8"},
            {new IOException("Input/output error"), "Input/output error"},
            {new UncheckedIOException(new AccessDeniedException("a")), "permission denied: a"},
        };
    }

    @Test(dataProvider = "failures")
    public void saysInWordsWhatJavaSaysByAClass(Exception failure, String words) {
        assertThat(IoReason.of(failure)).isEqualTo(words);
    }

    @Test
    public void aFolderThatIsGoneIsNoWantOfSpace() {
        assertThat(IoReason.adviceOnWriting(new NoSuchFileException("a/b")))
                .isEqualTo("Its folder was moved or deleted.");
        assertThat(IoReason.adviceOnWriting(new AccessDeniedException("a/b")))
                .isEqualTo("Check free space and permissions.");
    }

    @Test
    public void namesNoClassForWhatTheSystemSays() {
        Path none = Path.of("target", "no-folder", "none");
        assertThatThrownBy(() -> Files.newByteChannel(none))
                .isInstanceOf(IOException.class)
                .satisfies(e ->
                        assertThat(IoReason.of(e)).doesNotContain("Exception").contains("none"));
    }
}
