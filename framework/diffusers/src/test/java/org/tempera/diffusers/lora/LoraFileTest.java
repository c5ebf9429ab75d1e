package org.tempera.diffusers.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.spi.UserException;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Which file of a folder is the adapter, and whether peft's configuration is about it. */
public class LoraFileTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final String DIFFUSERS = "pytorch_lora_weights.safetensors";
    private static final String PEFT = "adapter_model.safetensors";
    private static final String CONFIG = "adapter_config.json";

    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "lora");
    }

    private void putDiffusers() throws IOException {
        Files.copy(RESOURCES.resolve("lora-notes/saved.safetensors"), folder.resolve(DIFFUSERS));
    }

    private void putPeft(String name) throws IOException {
        Files.copy(RESOURCES.resolve("peft-inits/true").resolve(name), folder.resolve(name));
    }

    private void assertOpened(Path path, String file, boolean configured) {
        try (LoraFile.Opened opened = LoraFile.openAlone(path)) {
            assertThat(opened.source().path()).isEqualTo(folder.resolve(file));
            assertThat(opened.peftConfig().isPresent()).isEqualTo(configured);
        }
    }

    @Test
    public void peftsConfigurationIsAboutPeftsFile() throws IOException {
        putPeft(PEFT);
        putPeft(CONFIG);
        assertOpened(folder, PEFT, true);
        assertThat(LoraFile.resolved(folder)).isEqualTo(folder);
    }

    /** diffusers reads its own file by the note within it and knows no adapter_config.json. */
    @Test
    public void peftsConfigurationIsNotAboutAnothersFile() throws IOException {
        putDiffusers();
        putPeft(CONFIG);
        assertOpened(folder, DIFFUSERS, false);
        assertThat(LoraFile.resolved(folder)).isEqualTo(folder.resolve(DIFFUSERS));
    }

    @Test
    public void diffusersFileIsTakenWhereNothingIsPefts() throws IOException {
        putDiffusers();
        putPeft(PEFT);
        assertOpened(folder, DIFFUSERS, false);
        assertThat(LoraFile.resolved(folder)).isEqualTo(folder.resolve(DIFFUSERS));
    }

    @Test
    public void twoAdaptersInAFolderAreRefused() throws IOException {
        putDiffusers();
        putPeft(PEFT);
        putPeft(CONFIG);
        assertThatThrownBy(() -> LoraFile.openAlone(folder))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(folder + ": expected one adapter, found diffusers' " + DIFFUSERS
                        + " and peft's " + PEFT + " with " + CONFIG)
                .hasMessageContaining("give the file itself, " + folder.resolve(DIFFUSERS));
        assertThat(LoraFile.resolved(folder)).isEqualTo(folder);
        assertOpened(folder.resolve(DIFFUSERS), DIFFUSERS, false);
    }
}
