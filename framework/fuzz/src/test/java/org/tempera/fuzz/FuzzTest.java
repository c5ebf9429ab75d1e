package org.tempera.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.testng.Reporter;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Feeds every reader with damaged files: in every build with the same few, on whatever machine, and for as long as one
 * likes with {@code mvn verify -Dtests.groups=fuzz -Dfuzz.minutes=60}. CONTRIBUTING.md lists the properties.
 */
@Test(groups = "fuzz")
public class FuzzTest {
    private static final Path OUT = Path.of("target", "fuzz").toAbsolutePath();
    private static final long CASES_OF_A_BUILD = 50;
    private static final double MINUTES_OF_THE_GROUP = 30;
    private static final Duration LIMIT_OF_A_CASE = Duration.ofSeconds(20);

    @DataProvider
    public Object[][] targets() {
        String asked = System.getProperty("fuzz.target", "");
        List<Target> targets = new Targets()
                .all().stream()
                        .filter(t ->
                                asked.isEmpty() || List.of(asked.split(",")).contains(t.name()))
                        .toList();
        assertThat(targets).as("targets named '%s'", asked).isNotEmpty();
        return targets.stream()
                .map(target -> new Object[] {target, targets.size()})
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "targets")
    public void answersWithAResultOrOneMessage(Target target, int targets) throws IOException, InterruptedException {
        String name = target.name();
        boolean group = System.getProperty("tests.groups", "").contains("fuzz");
        String minutes = System.getProperty("fuzz.minutes");
        boolean bounded = minutes != null || (group && Long.getLong("fuzz.cases") == null);
        long cases = Long.getLong("fuzz.cases", bounded ? Long.MAX_VALUE / 2 : CASES_OF_A_BUILD);
        double each = minutes != null ? Double.parseDouble(minutes) : MINUTES_OF_THE_GROUP;
        Duration time = bounded ? Duration.ofMillis((long) (each * 60_000 / targets)) : Duration.ofDays(1);
        long seed = Long.getLong("fuzz.seed", 1);
        Fuzzer fuzzer = new Fuzzer(target, seed, work().resolve(name), LIMIT_OF_A_CASE);
        long begin = System.nanoTime();
        long beginOfWork = processor();
        Fuzzer.Result result = fuzzer.run(Long.getLong("fuzz.first", 0), cases, time);
        double seconds = (System.nanoTime() - begin) / 1e9;
        Reporter.log(
                String.format(
                        "%s: %d cases in %.1f s (%.1f s of a processor), %d findings",
                        name,
                        result.cases(),
                        seconds,
                        (processor() - beginOfWork) / 1e9,
                        result.findings().size()),
                minutes != null
                        || group
                        || !System.getProperty("fuzz.target", "").isEmpty());
        List<String> told = result.findings().stream()
                .map(f -> f.what() + " at " + f.where() + "\n  " + f.write(OUT.resolve("findings")) + "\n  "
                        + f.command())
                .collect(Collectors.toList());
        assertThat(told)
                .as(
                        "%s after %d cases; copy the files to src/test/resources/corpus/%s/NAME",
                        name, result.cases(), name)
                .isEmpty();
        assertThat(result.cases()).as("cases").isPositive();
    }

    /** What this process has worked, in nanoseconds of one processor. */
    private static long processor() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Where cases are written: in memory, where a folder of a memory's file system is given. */
    private static Path work() {
        return Path.of(System.getProperty("fuzz.folder", OUT.resolve("work").toString()))
                .toAbsolutePath();
    }
}
