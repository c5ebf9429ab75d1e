package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
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

/** A long run on the embedded model: whoever trains for days needs memory that does not grow. */
public class SoakTest {
    private static final int STEPS_PER_EPOCH = 10;
    private static final int STEPS = 2_000;
    private static final int SETTLED = 200;
    private static final double ALLOWED_MEGABYTES = 24;

    @Test(groups = "slow")
    public void nativeMemoryIsFlatAfterTheFirst200Of2000TrainingSteps() throws IOException {
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            throw new SkipException("this system does not tell the memory of a process");
        }
        Path models = Path.of("../../examples/simple-animals/models").toAbsolutePath();
        Path folder = Files.createTempDirectory("soak");
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        Path conf = Files.writeString(
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
                sampling { prompts = "%s", batch-size = 4, batches-per-epoch = 1, steps = 5 }
                evaluation { every = 0 }
                checkpoint { every = 1000 }
                """
                        .formatted(STEPS / STEPS_PER_EPOCH, models, prompts));
        List<Double> megabytes = new ArrayList<>();
        Tempera tempera = Tempera.load(SoakTest.class.getClassLoader());
        try (OpenRun run = tempera.start(tempera.config(conf, List.of()))) {
            run.run(progress -> {
                double now = nativeMegabytes();
                megabytes.add(now);
                if (progress.epoch() % 20 == 0) {
                    Reporter.log(
                            String.format(
                                    Locale.ROOT,
                                    "%d training steps: %.1f MB beside the JVM's own",
                                    progress.epoch() * STEPS_PER_EPOCH,
                                    now),
                            true);
                }
            });
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

    /** Resident memory less what the JVM has committed for its heap and itself. */
    private static double nativeMegabytes() {
        try {
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(l -> l.startsWith("VmRSS:"))
                    .mapToLong(l -> 1024 * Long.parseLong(l.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
            MemoryMXBean jvm = ManagementFactory.getMemoryMXBean();
            long own = jvm.getHeapMemoryUsage().getCommitted()
                    + jvm.getNonHeapMemoryUsage().getCommitted();
            return (resident - own) / 1e6;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
