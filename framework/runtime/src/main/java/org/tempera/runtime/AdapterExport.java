package org.tempera.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.files.IoReason;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.Retention;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.core.sample.SampledWeights;
import org.tempera.nn.weights.ModelFiles;
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

    List<Path> write(Path source, Path folder, AdapterLayout layout, Optional<SampledWeights> weights) {
        Path whole = source.toAbsolutePath().normalize();
        Optional<Path> run = runOf(whole);
        if (run.isPresent() && !Files.isRegularFile(whole.resolve("state.json"))) {
            throw new UserException(source + ": expected a checkpoint, found none. " + run.get() + " has: "
                    + checkpoints(run.get()) + ".");
        }
        ModelFiles.requireOpen(source);
        if (!Files.exists(source)) {
            throw new UserException(
                    source + ": " + AbsentPath.reason(source, "no such file or folder") + ". Check the path.");
        }
        if (Files.exists(folder) && !isEmptyFolder(folder)) {
            throw new UserException(folder + ": expected a new or empty folder to write to. Name another one.");
        }
        if (isRun(whole)) {
            if (epochs(whole).isEmpty()) {
                throw new UserException(
                        source + ": has no checkpoint yet, and so no adapter to write. Let it train to its"
                                + " first one (checkpoint.every).");
            }
            return ofRun(whole, Optional.empty(), folder, layout, weights);
        }
        if (run.isPresent()) {
            return ofRun(run.get(), Optional.of(String.valueOf(whole.getFileName())), folder, layout, weights);
        }
        if (weights.filter(w -> w != SampledWeights.POLICY).isPresent()) {
            throw new UserException(
                    source + ": is no run; behaviour weights are a run's. Leave them out, or name a run.");
        }
        return ofFile(source, folder, layout);
    }

    /** The run whose {@code checkpoints}, or one of them, a path names. */
    private static Optional<Path> runOf(Path path) {
        for (Path p = path; p != null && p.getNameCount() >= path.getNameCount() - 1; p = p.getParent()) {
            Path run = p.getParent();
            if (run != null && p.endsWith("checkpoints") && isRun(run)) {
                return Optional.of(run);
            }
        }
        return Optional.empty();
    }

    private static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve("config.conf"));
    }

    private static List<Integer> epochs(Path run) {
        return store(run).epochs();
    }

    private static String checkpoints(Path run) {
        List<String> names = epochs(run).stream()
                .map(epoch -> String.valueOf(store(run).path(epoch).getFileName()))
                .toList();
        return names.isEmpty() ? "none yet" : String.join(", ", names);
    }

    private static CheckpointStore store(Path run) {
        return new CheckpointStore(run.resolve("checkpoints"), new Retention(Integer.MAX_VALUE, 0));
    }

    private List<Path> ofRun(
            Path run,
            Optional<String> checkpoint,
            Path folder,
            AdapterLayout layout,
            Optional<SampledWeights> weights) {
        Path trained = temporary();
        SampleOptions options = SampleOptions.builder()
                .checkpoint(checkpoint.orElse(null))
                .weights(weights.orElse(null))
                .build();
        try (OpenSampler sampler = tempera.sampler(run, options)) {
            Path file = sampler.export(trained);
            if (!trained.equals(file.getParent())) {
                throw new UserException(run
                        + ": expected a run that trains an adapter (LoRA), this one trains all weights. "
                        + run.resolve("trained") + " holds those of its last checkpoint as diffusers reads them.");
            }
            return ofFile(trained, folder, layout);
        } finally {
            delete(trained);
        }
    }

    private List<Path> ofFile(Path adapter, Path folder, AdapterLayout layout) {
        for (PolicyProvider<?> provider : plugins.policies()) {
            List<Path> files = PluginGuard.call(
                    "a policy plugin cannot export " + adapter,
                    provider.getClass(),
                    () -> provider.exportAdapter(adapter, folder, layout));
            if (!files.isEmpty()) {
                return files;
            }
        }
        throw new UserException(adapter + ": no policy plugin that is there writes adapters. There are: "
                + plugins.policies().stream().map(PolicyProvider::name).collect(Collectors.joining(", ")) + ".");
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
            throw new UserException(
                    "no temporary folder can be made: " + IoReason.of(e) + ". Check java.io.tmpdir.", e);
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
