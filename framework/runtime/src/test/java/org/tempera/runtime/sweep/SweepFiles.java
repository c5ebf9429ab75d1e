package org.tempera.runtime.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.base.text.Secrets;
import org.tempera.runtime.config.SweepConfig;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.TestPlugins;

/** A folder with a config that sweeps of tests share, deleted when this is closed. */
final class SweepFiles implements AutoCloseable {
    private final Path folder;
    private final PluginCatalog catalog;

    SweepFiles() throws IOException {
        folder = Files.createTempDirectory("sweep").toRealPath();
        catalog = PluginCatalog.load(TestPlugins.all(folder.resolve("plugins")));
        begin();
    }

    /** Begins anew, with the same plugins. */
    void begin() throws IOException {
        removeAllBut(Optional.of(folder.resolve("plugins")));
        Files.createDirectories(folder.resolve("models/toy"));
        Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        write(
                "run.conf",
                """
                run { epochs = 4 }
                policy { use = toy, toy { weights = models/toy } }
                algorithm { use = ddpo }
                rewards { brightness { role = train }, sharpness { role = held-out } }
                sampling { prompts = prompts.txt }
                """);
    }

    PluginCatalog catalog() {
        return catalog;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(
                    Files.createDirectories(file(name).getParent())
                            .resolve(file(name).getFileName()),
                    text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a file or an empty folder. */
    void remove(String name) {
        try {
            Files.delete(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The plan of a sweep of that config. @param keys of its block */
    SweepPlan plan(String keys, String... overrides) {
        Path file = write("sweep.conf", "sweep {\n  config = run.conf\n  output = runs\n" + keys + "\n}\n");
        return SweepPlan.of(SweepConfig.load(file, List.of(overrides)), catalog, new Secrets());
    }

    private void removeAllBut(Optional<Path> kept) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                if (kept.filter(k -> p.startsWith(k) || k.startsWith(p)).isEmpty()) {
                    Files.delete(p);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        removeAllBut(Optional.empty());
    }
}
