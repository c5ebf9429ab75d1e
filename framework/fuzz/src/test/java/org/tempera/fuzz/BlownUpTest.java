package org.tempera.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Every reader is given its sound sample grown to some MB, in ways that its format has: it answers in the same time as
 * of small ones, and in three times the file and 64 MB. All ways of all files are tried with {@code
 * -Dtests.groups=fuzz}.
 */
@Test(groups = "fuzz")
public class BlownUpTest {
    private static final Path WORK = Path.of("target", "fuzz", "grown").toAbsolutePath();
    /** In a build each file grows in one way: all of them take minutes. */
    private static final boolean ALL = System.getProperty("tests.groups", "").contains("fuzz");

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @DataProvider
    public Object[][] targets() {
        String asked = System.getProperty("fuzz.target", "");
        return new Targets()
                .all().stream()
                        .filter(t ->
                                asked.isEmpty() || List.of(asked.split(",")).contains(t.name()))
                        .map(target -> new Object[] {target})
                        .toArray(Object[][]::new);
    }

    @Test(dataProvider = "targets")
    public void whatIsLargeTakesNoMoreThanItsPart(Target target) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        Map<String, Map<String, byte[]>> files = new LinkedHashMap<>();
        for (Map<String, byte[]> sample : target.samples()) {
            sample.keySet().stream()
                    .filter(target.damaged()::contains)
                    .forEach(name -> files.putIfAbsent(name, sample));
        }
        for (Map.Entry<String, Map<String, byte[]>> file : files.entrySet()) {
            String name = file.getKey();
            Map<String, byte[]> sample = file.getValue();
            byte[] sound = sample.getOrDefault(name, new byte[0]);
            int number = number(target, name);
            Map<String, byte[]> ways = BlownUp.ways(name, sound);
            for (Map.Entry<String, byte[]> way : ways.entrySet()) {
                if (!ALL && number++ % Math.max(1, ways.size()) > 0) {
                    continue;
                }
                Map<String, byte[]> grown = Samples.with(sample, name, way.getValue());
                Path folder = write(target, grown);
                Judge.Case each = new Judge.Case(0, folder, grown);
                new Judge(target, LIMIT, Judge.Memory.HELD)
                        .run(
                                List.of(each).iterator(),
                                (any, verdict) -> found.add(
                                        name + ", " + way.getKey() + ": " + verdict.what() + " at " + verdict.where()));
                delete(folder);
            }
        }
        assertThat(found).isEmpty();
    }

    /** Which way a file grows in a build: another one of each target's and file's. */
    private static int number(Target target, String name) {
        return Math.floorMod(target.name().hashCode() + name.hashCode(), 1_000);
    }

    private static Path write(Target target, Map<String, byte[]> files) throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(WORK), target.name());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return folder;
    }

    private static void delete(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
