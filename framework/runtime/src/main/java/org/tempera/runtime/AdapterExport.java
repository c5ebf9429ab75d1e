package org.tempera.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;

/** Writes adapters of runs, checkpoints and files in other libraries' layouts. */
final class AdapterExport {
    private final Tempera tempera;
    private final PluginCatalog plugins;

    AdapterExport(Tempera tempera, PluginCatalog plugins) {
        this.tempera = tempera;
        this.plugins = plugins;
    }

    List<Path> write(Path source, Path folder, AdapterLayout layout) {
        if (!Files.exists(source)) {
            throw new UserException(source + ": no such file or folder. Check the path.");
        }
        if (Files.exists(folder) && !isEmptyFolder(folder)) {
            throw new UserException(folder + ": expected a new or empty folder to write to. Name another one.");
        }
        Path whole = source.toAbsolutePath().normalize();
        Path checkpoints = whole.getParent();
        Path run = checkpoints == null ? null : checkpoints.getParent();
        String name = String.valueOf(whole.getFileName());
        if (Files.isRegularFile(whole.resolve("config.conf"))) {
            return ofRun(whole, Optional.empty(), folder, layout);
        }
        if (run != null && name.matches("epoch-\\d{1,9}") && Files.isRegularFile(run.resolve("config.conf"))) {
            return ofRun(run, Optional.of(name), folder, layout);
        }
        return ofFile(source, folder, layout);
    }

    private List<Path> ofRun(Path run, Optional<String> checkpoint, Path folder, AdapterLayout layout) {
        Path trained = temporary();
        SampleOptions options =
                SampleOptions.builder().checkpoint(checkpoint.orElse(null)).build();
        try (OpenSampler sampler = tempera.sampler(run, options)) {
            Path file = sampler.sampler().export(trained);
            if (!trained.equals(file.getParent())) {
                throw new UserException(
                        run + ": expected a run that trains an adapter (LoRA), this one trains all weights."
                                + " Its folder 'trained' holds them as diffusers reads them.");
            }
            return ofFile(trained, folder, layout);
        } finally {
            delete(trained);
        }
    }

    private List<Path> ofFile(Path adapter, Path folder, AdapterLayout layout) {
        for (PolicyProvider<?> provider : plugins.policies()) {
            List<Path> files = provider.exportAdapter(adapter, folder, layout);
            if (!files.isEmpty()) {
                return files;
            }
        }
        throw new UserException(adapter + ": no policy plugin that is there writes adapters. See tempera plugins.");
    }

    private static boolean isEmptyFolder(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("tempera-export");
        } catch (IOException e) {
            throw new UserException("no temporary folder can be made: " + e + ". Check java.io.tmpdir.", e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // It lies in the system's folder for such files.
        }
    }
}
