package org.tempera.runtime.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.TestPlugins;
import org.tempera.testing.Messages;

/**
 * The plugins of tests in a folder, into which tests may write configurations of their own, and the one that has a key
 * of every kind. The folder is deleted when this is closed.
 */
public final class TestConfigs implements AutoCloseable {
    private static final Path WHOLE = Path.of("src/test/resources/org/tempera/runtime/config/whole.conf");

    private final Path folder = Messages.temporaryFolder();
    private final PluginCatalog catalog;

    public TestConfigs() {
        try {
            catalog = PluginCatalog.load(TestPlugins.all(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path folder() {
        return folder;
    }

    public PluginCatalog catalog() {
        return catalog;
    }

    /** The configuration that has a key of every kind. */
    public RunConfig whole(String... overrides) {
        return read(WHOLE, overrides);
    }

    public RunConfig read(Path file, String... overrides) {
        return RunConfig.load(file, List.of(overrides), catalog);
    }

    @Override
    public void close() {
        Messages.delete(folder);
    }
}
