package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;
import org.testng.Reporter;
import org.testng.SkipException;
import org.testng.annotations.Test;

/**
 * A long run on the embedded model: whoever trains for days needs memory that does not grow. It has a process of its
 * own, whose heap is of one size and in memory from the start: a heap that is committed, and touched only as it is
 * used, would look like native memory that grows.
 */
public class SoakTest {
    private static final int STEPS_PER_EPOCH = 10;
    private static final int STEPS = 2_000;
    private static final int SETTLED = 200;
    private static final double ALLOWED_MEGABYTES = 24;
    private static final String READING = "resident beside the JVM's own, MB: ";

    @Test(groups = "slow")
    public void nativeMemoryIsFlatAfterTheFirst200Of2000TrainingSteps() throws IOException, InterruptedException {
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            throw new SkipException("this system does not tell the memory of a process");
        }
        List<Double> megabytes = new ArrayList<>();
        try (CommandRunner command = new CommandRunner()) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-Xms256m",
                            "-Xmx256m",
                            "-XX:+AlwaysPreTouch",
                            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SoakTest.class.getName(),
                            config(command.folder()).toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                lines.lines().filter(l -> l.startsWith(READING)).forEach(l -> {
                    megabytes.add(Double.parseDouble(l.substring(READING.length())));
                    if (megabytes.size() % 20 == 0) {
                        Reporter.log(megabytes.size() * STEPS_PER_EPOCH + " training steps: " + l, true);
                    }
                });
                assertThat(process.waitFor()).isEqualTo(0);
            } finally {
                process.destroyForcibly();
            }
        }
        assertThat(megabytes).hasSize(STEPS / STEPS_PER_EPOCH);
        List<Double> settled = megabytes.subList(SETTLED / STEPS_PER_EPOCH, megabytes.size());
        // Medians of the first and last tenth, as single epochs vary with what the allocator gives back.
        int tenth = settled.size() / 10;
        double first = median(settled.subList(0, tenth));
        double last = median(settled.subList(settled.size() - tenth, settled.size()));
        Reporter.log(String.format(Locale.ROOT, "from %.1f to %.1f MB", first, last), true);
        assertThat(last - first).isLessThan(ALLOWED_MEGABYTES);
    }

    /** The run itself: trains as a config file says and prints the process's memory after each epoch. */
    public static void main(String[] arguments) {
        Tempera tempera = Tempera.load(SoakTest.class.getClassLoader());
        try (OpenRun run = tempera.start(tempera.config(Path.of(arguments[0]), List.of()))) {
            run.run(progress -> System.out.printf(Locale.ROOT, "%s%.1f%n", READING, nativeMegabytes()));
        }
    }

    private static Path config(Path folder) throws IOException {
        Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        return Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = %d, seed = 3, output = run }
                policy { use = stable-diffusion, stable-diffusion { weights = "%s/mini-sd" } }
                algorithm {
                  use = tdpo-r
                  tdpo-r { batch-size = 2, accumulation = 1, neuron-reset { every = 5 } }
                }
                critic { use = temporal-mlp, temporal-mlp { features = pooled-latent } }
                rewards { random { role = train } }
                sampling { prompts = prompts.txt, batch-size = 4, batches-per-epoch = 1, steps = 5 }
                evaluation { every = 0 }
                checkpoint { every = 1000 }
                """
                        .formatted(STEPS / STEPS_PER_EPOCH, CommandRunner.MODELS));
    }

    /** Resident memory less the heap, all of which is resident, and what the JVM has committed for itself. */
    private static double nativeMegabytes() {
        try {
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(l -> l.startsWith("VmRSS:"))
                    .mapToLong(l -> 1024 * Long.parseLong(l.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
            var jvm = ManagementFactory.getMemoryMXBean();
            long own = jvm.getHeapMemoryUsage().getCommitted()
                    + jvm.getNonHeapMemoryUsage().getCommitted();
            return (resident - own) / 1e6;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
