package org.tempera.base.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.Test;

public class AbsentPathTest {
    @Test
    public void saysWhereALinkLeads() throws IOException {
        Path folder = Files.createTempDirectory("absent");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("gone"));
        Path round = Files.createSymbolicLink(folder.resolve("round"), Path.of("round"));
        try {
            assertThat(AbsentPath.reason(link, "no such file")).isEqualTo("is a link to gone, which is not there");
            assertThat(AbsentPath.reason(round, "no such file")).isEqualTo("is a link to round, which is not there");
            assertThat(AbsentPath.reason(folder.resolve("gone"), "no such file"))
                    .isEqualTo("no such file");
            Files.writeString(folder.resolve("gone"), "now it is there");
            assertThat(AbsentPath.isBrokenLink(link)).isFalse();
        } finally {
            for (String name : new String[] {"link", "round", "gone"}) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }
}
