package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.testng.annotations.Test;

public class ReadPathsTest {
    record Inner(Path baseFile, int size) {}

    record Config(
            @Doc(value = "Measures nothing.", measures = false) Path prompts,
            Optional<Path> start,
            List<Path> clips,
            Map<String, Path> heads,
            List<Inner> inners,
            Optional<Inner> none,
            String text) {}

    @Test
    public void findsPathsWhereverTheyStand() {
        Path path = Path.of("a");
        Config config = new Config(
                path,
                Optional.of(path),
                List.of(path, path),
                Map.of("x", path),
                List.of(new Inner(path, 1)),
                Optional.empty(),
                "a");
        assertThat(ReadPaths.of("rewards.r", config))
                .containsOnlyKeys(
                        "rewards.r.prompts",
                        "rewards.r.start",
                        "rewards.r.clips[0]",
                        "rewards.r.clips[1]",
                        "rewards.r.heads.x",
                        "rewards.r.inners[0].base-file");
        MeasuringKeys measuring = MeasuringKeys.of("rewards.r", config);
        assertThat(measuring.paths())
                .containsOnlyKeys(
                        "rewards.r.start",
                        "rewards.r.clips[0]",
                        "rewards.r.clips[1]",
                        "rewards.r.heads.x",
                        "rewards.r.inners[0].base-file");
        assertThat(measuring.values()).containsOnlyKeys("rewards.r.inners[0].size", "rewards.r.none", "rewards.r.text");
    }
}
