package org.tempera.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class ReplacedFolderTest {
    private Path folder;
    private Path run;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("replaced");
        run = Files.createDirectories(folder.resolve("run"));
        Files.createDirectories(run.resolve("trained"));
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
    public void seesThroughLinks() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), run);
        requireRefused(link.resolve("trained"), run);
        requireRefused(run.resolve("trained"), link);
        requireRefused(link.resolve("not/there"), run);
        requireRefused(folder.resolve("x/../run/trained"), run);
    }

    @Test
    public void letsOthersBe() {
        assertThatCode(() -> {
                    ReplacedFolder.requireNotRead(Map.of("a", folder.resolve("running"), "b", folder), run);
                    ReplacedFolder.requireNotRead(Map.of("a", Path.of("")), run);
                })
                .doesNotThrowAnyException();
    }

    private static void requireRefused(Path read, Path output) {
        assertThatThrownBy(() -> ReplacedFolder.requireNotRead(Map.of("rewards.a.clips[1]", read), output))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(
                        output + ": cannot be overwritten, for rewards.a.clips[1] = " + read + " is read from it.");
    }
}
