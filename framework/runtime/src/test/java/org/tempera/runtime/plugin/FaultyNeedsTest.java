package org.tempera.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import org.tempera.runtime.TrainingParts;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** An algorithm's plugin that cannot say what it needs is named, with its jar, beside what else is wrong. */
public class FaultyNeedsTest {
    private static final String ALGORITHM =
            """
            package org.example;
            import java.util.*;
            import org.tempera.spi.algorithm.*;
            public class Mute implements AlgorithmProvider<Mute.Config> {
                public record Config() {}
                public String name() { return "mute"; }
                public String description() { return "Mute"; }
                public Class<Config> configType() { return Config.class; }
                public Config defaults() { return new Config(); }
                public Algorithm create(Config config) {
                    return new Algorithm() {
                        public Set<Need> needs() { %s }
                        public int batchSize() { return 1; }
                        public Losses build(UpdateScope scope) { return null; }
                        public Targets prepare(EpochColumns epoch, RewardTable rewards) { return null; }
                        public List<Minibatch> plan(EpochShape epoch, long seed) { return List.of(); }
                    };
                }
            }
            """;

    private static final String POLICY =
            """
            package org.example;
            import java.nio.file.Path;
            import java.util.Optional;
            import org.tempera.spi.UserException;
            import org.tempera.spi.policy.*;
            public class Shut implements PolicyProvider<Shut.Config> {
                public record Config() {}
                public String name() { return "shut"; }
                public String description() { return "Shut"; }
                public Class<Config> configType() { return Config.class; }
                public Config defaults() { return new Config(); }
                public boolean reads(Path folder) { return false; }
                public DiffusionPolicy open(Config config) { throw new UserException("shut: no model"); }
                public DiffusionPolicy openFolder(Path folder, Optional<AdapterFile> adapter) { return null; }
            }
            """;

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("needs");
    }

    @AfterMethod
    public void deleteFolder() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @DataProvider
    public Object[][] needs() {
        return new Object[][] {
            {
                "throw new IllegalStateException(\"no licence\");",
                "the algorithm plugin 'mute' failed: java.lang.IllegalStateException: no licence"
            },
            {"return null;", "the algorithm plugin 'mute' gives null instead of its needs"},
        };
    }

    @Test(dataProvider = "needs")
    public void areToldWithTheirPlugin(String body, String message) throws IOException {
        Path jar = PluginJars.tiny(folder, "")
                .source("org.example.Mute", ALGORITHM.formatted(body))
                .source("org.example.Shut", POLICY)
                .service("org.tempera.spi.algorithm.AlgorithmProvider", "org.example.Mute")
                .service("org.tempera.spi.policy.PolicyProvider", "org.example.Shut")
                .write("mute.jar");
        Files.writeString(folder.resolve("prompts.txt"), "a cat\n");
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, FaultyNeedsTest.class.getClassLoader())) {
            RunConfig config = RunConfig.of(
                    Map.of(
                            "policy", Map.of("use", "shut"),
                            "algorithm", Map.of("use", "mute"),
                            "rewards", Map.of("tiny", Map.of("role", "train")),
                            "sampling", Map.of("prompts", "prompts.txt")),
                    folder,
                    PluginCatalog.load(loader));
            assertThatThrownBy(() -> TrainingParts.create(config).close())
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(message)
                    .hasMessageContaining(jar.toString())
                    .hasMessageContaining("shut: no model");
        }
    }
}
