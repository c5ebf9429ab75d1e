package org.tempera.core.prompt;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.base.NumericEnvironment;
import org.tempera.base.files.SystemFile;
import org.tempera.graph.NativeBuild;

/** Tells machines and processes apart that round otherwise: a home may be shared by several. */
final class Machine {
    /** What {@code cpuinfo} says of a processor's kind, on x86, on ARM and elsewhere. */
    private static final Set<String> KINDS = Set.of(
            "vendor_id",
            "cpu family",
            "model",
            "model name",
            "stepping",
            "flags",
            "CPU implementer",
            "CPU architecture",
            "CPU variant",
            "CPU part",
            "CPU revision",
            "Features",
            "cpu",
            "isa",
            "uarch");

    private Machine() {}

    /**
     * System, kinds of processors and of NVIDIA's GPUs, TensorFlow's native library, and the variables that change
     * numbers, as far as they are told.
     */
    static String kind() {
        return kind(Path.of("/proc"), System.getenv()) + "\n" + NativeBuild.describe();
    }

    /**
     * What there is to compute with.
     *
     * @param proc where Linux tells of its devices
     */
    static String kind(Path proc, Map<String, String> environment) {
        List<String> all = new ArrayList<>();
        all.add(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        // Windows tells it here.
        all.add(environment.getOrDefault("PROCESSOR_IDENTIFIER", ""));
        all.addAll(lines(proc.resolve("cpuinfo"), KINDS));
        all.addAll(lines(proc.resolve("driver/nvidia/version"), Set.of("NVRM version")));
        for (Path gpu : children(proc.resolve("driver/nvidia/gpus"))) {
            all.addAll(lines(gpu.resolve("information"), Set.of("Model")));
        }
        NumericEnvironment.of(environment).forEach((name, value) -> all.add(name + "=" + value));
        return String.join("\n", all);
    }

    /** The lines {@code key: value} of some keys, each once. */
    private static List<String> lines(Path file, Set<String> keys) {
        return SystemFile.text(file)
                .lines()
                .filter(line -> keys.contains(line.split(":", 2)[0].strip()))
                .distinct()
                .toList();
    }

    private static List<Path> children(Path folder) {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(children::add);
        } catch (IOException e) {
            return List.of();
        }
        return children.stream().sorted().toList();
    }
}
