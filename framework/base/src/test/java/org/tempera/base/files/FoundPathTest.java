package org.tempera.base.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.Test;

public class FoundPathTest {
    @Test
    public void saysWhatLiesThere() throws IOException {
        Path folder = Files.createTempDirectory("found");
        Path file = Files.createFile(folder.resolve("file"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        try {
            assertThat(FoundPath.words(folder)).isEqualTo("a folder");
            assertThat(FoundPath.words(file)).isEqualTo("a file");
            assertThat(FoundPath.words(link)).isEqualTo("a file");
            assertThat(FoundPath.words(folder.resolve("none"))).isEqualTo("nothing");
            Files.delete(file);
            assertThat(FoundPath.words(link)).isEqualTo("a link to " + file + ", which is not there");
        } finally {
            Files.deleteIfExists(link);
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
