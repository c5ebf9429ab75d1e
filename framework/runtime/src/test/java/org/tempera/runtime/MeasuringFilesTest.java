package org.tempera.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.record.verdict.Ruler;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class MeasuringFilesTest {
    private static final String ONE = "1".repeat(64);
    private static final String TWO = "2".repeat(64);

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("measuring");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @Test
    public void keepsFilesOfOneNameApartWhereverTheyLie() {
        String a = folder.resolve("a/head.bin").toString();
        String b = folder.resolve("b/head.bin").toString();
        assertThat(MeasuringFiles.of("r", Map.of(), Map.of(a, ONE, b, TWO)))
                .isEqualTo(Map.of("r: head.bin [0]", Ruler.hash(ONE), "r: head.bin [1]", Ruler.hash(TWO)))
                .isEqualTo(MeasuringFiles.of("r", Map.of(), Map.of(a, TWO, b, ONE)));
        assertThat(MeasuringFiles.of("r", Map.of(), Map.of(a, ONE))).containsOnlyKeys("r: head.bin");
    }

    @Test
    public void leavesNoFileOut() throws IOException {
        for (int i = 0; i < 256; i++) {
            Files.writeString(folder.resolve(i + ".json"), "{}");
        }
        assertThat(MeasuringFiles.of("r", Map.of("model", folder), Map.of())).hasSize(256);
        Files.writeString(folder.resolve("more.txt"), "");
        assertThatThrownBy(() -> MeasuringFiles.of("r", Map.of("model", folder), Map.of()))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(folder + ": expected a model's folder, with at most 256 files");
    }
}
