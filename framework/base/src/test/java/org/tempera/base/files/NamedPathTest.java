package org.tempera.base.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class NamedPathTest {
    private static final Path INDEX = Path.of("models", "a.json");

    @Test
    public void aPlainNameLiesBesideTheFile() {
        assertThat(NamedPath.beside(INDEX, "s-1.safetensors")).contains(Path.of("models", "s-1.safetensors"));
        assertThat(NamedPath.beside(INDEX, "ä 1..2")).contains(Path.of("models", "ä 1..2"));
    }

    @DataProvider
    public Object[][] names() {
        return new Object[][] {
            {""}, {" "}, {"."}, {".."}, {"../s"}, {"/s"}, {"a/s"}, {"a\\s"}, {"s\u0000"}, {"\u0000"}, {"C:s"}, {"s:t"},
        };
    }

    @Test(dataProvider = "names")
    public void nothingElseIsAName(String name) {
        assertThat(NamedPath.beside(INDEX, name)).isEmpty();
    }

    @Test
    public void aFolderIsCalledByItsOwnNameHoweverItIsGiven() {
        String here = Path.of("").toAbsolutePath().getFileName().toString();
        assertThat(NamedPath.nameOf(Path.of("."))).isEqualTo(here);
        assertThat(NamedPath.nameOf(Path.of("runs", "a", "..", "demo"))).isEqualTo("demo");
        assertThat(NamedPath.nameOf(Path.of("/"))).isEqualTo("/");
    }

    @Test
    public void aPathFromAFolderMayLeadAnywhereButMustBeOne() {
        assertThat(NamedPath.from(Path.of("oracles"), "../models/x")).contains(Path.of("models", "x"));
        assertThat(NamedPath.from(Path.of("oracles"), "a\u0000")).isEmpty();
    }
}
