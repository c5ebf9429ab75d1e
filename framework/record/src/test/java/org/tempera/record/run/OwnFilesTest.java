package org.tempera.record.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.spi.UserException;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class OwnFilesTest {
    private Path dir;

    @BeforeMethod
    public void makeFolder() throws IOException {
        dir = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "own-files");
    }

    /** A decoder that reports what is no UTF-8 takes six times the file. */
    @Test
    public void textsAreReadStrictly() throws IOException {
        Path file = dir.resolve("text.txt");
        Files.writeString(file, "a \ufffd b");
        assertThat(OwnFiles.readText(file)).isEqualTo("a \ufffd b");
        Files.write(file, new byte[] {'a', (byte) 0xc3});
        assertThatThrownBy(() -> OwnFiles.readText(file))
                .isInstanceOf(UserException.class)
                .hasMessageEndingWith("is damaged: it is not UTF-8.");
    }

    @Test
    public void recordsOfEvaluationsAreARunsOwn() throws IOException {
        Files.writeString(dir.resolve("config.conf"), "");
        String record = dir.relativize(RunFolder.view(dir).evaluation(12, "0123456789abcdef"))
                .toString()
                .replace('\\', '/');
        assertThat(record).isEqualTo("evaluations/epoch-0012-0123456789abcdef.json");
        assertThat(RunFolder.isOwnName(record)).isTrue();
        assertThat(RunFolder.isOwnName("evaluations")).isTrue();
        assertThat(RunFolder.namesFolder("evaluations")).isTrue();
        assertThat(RunFolder.isOwnName("evaluations/notes.json")).isFalse();
        assertThat(RunFolder.isOwnName("evaluations/epoch-0012-0123456789abcdef.json/more"))
                .isFalse();
    }

    @Test
    public void aListOfFilesLargerThanAnyIsRefused() throws IOException {
        Files.writeString(dir.resolve("trained.json"), "{\"files\":[" + "{},".repeat(1_000_000) + "{}]}");
        assertThatThrownBy(() -> TrainedFiles.recorded(dir))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected a file of at most 1 MiB, found 2 MiB, which no run writes");
    }
}
