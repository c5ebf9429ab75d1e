package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.runtime.config.ConfigReference;
import org.tempera.runtime.plugin.PluginCatalog;
import org.testng.annotations.Test;

/** Keeps docs/configuration.md and the records one; the command sees every built-in plugin. */
public class ConfigReferenceTest {
    private final PluginCatalog catalog = PluginCatalog.load(ConfigReferenceTest.class.getClassLoader());

    @Test
    public void everyKeyIsDescribed() {
        assertThat(ConfigReference.undescribed(catalog)).as("keys without @Doc").isEmpty();
    }

    @Test
    public void pageIsUpToDate() throws IOException {
        Path page = Path.of("../../docs/configuration.md");
        String expected = ConfigReference.markdown(catalog);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(page, expected);
        }
        assertThat(Files.readString(page))
                .as("docs/configuration.md; its head says how to make it again")
                .isEqualTo(expected);
    }
}
