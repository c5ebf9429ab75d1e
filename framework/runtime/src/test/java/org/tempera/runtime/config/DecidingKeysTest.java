package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.TestPlugins;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DecidingKeysTest {
    private static final String CONFIG =
            """
            policy { use = toy, toy { weights = a } }
            algorithm { use = ddpo }
            rewards { brightness { role = train } }
            """;

    private Path folder;
    private PluginCatalog catalog;

    @BeforeClass
    public void makePlugins() throws IOException {
        folder = Files.createTempDirectory("deciding");
        catalog = PluginCatalog.load(TestPlugins.all(folder));
        Files.writeString(folder.resolve("run.conf"), CONFIG);
    }

    @AfterClass
    public void removePlugins() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    @DataProvider
    public Object[][] overrides() {
        return new Object[][] {
            {"run.seed=7", false},
            {"run.epochs=3", false},
            {"run.output=elsewhere", false},
            {"run.threads=1", false},
            {"checkpoint.keep-best=3", false},
            {"evaluation.every=1", false},
            {"evaluation.grid-samples=4", false},
            {"evaluation.on-fall=nothing", false},
            {"evaluation.on-fall=stop", true},
            {"evaluation.on-fall=roll-back", true},
            {"evaluation.most-roll-backs=2", false},
            {"evaluation.on-drift=stop", true},
            {"evaluation.on-steepening=stop", true},
            {"evaluation.held-out-weights=independence", false},
            {"evaluation.samples=32", true},
            {"evaluation.seed=3", true},
            {"sampling.batch-size=4", true},
            {"optimizer.learning-rate=0.01", true},
            {"rewards.brightness.weight=2", true},
            {"rewards.brightness.on-failure=skip", true},
            {"algorithm.ddpo.clip-range=0.5", true},
        };
    }

    @Test(dataProvider = "overrides")
    public void decide(String override, boolean decides) {
        assertThat(DecidingKeys.of(config(List.of(override))).equals(DecidingKeys.of(config(List.of()))))
                .as(override)
                .isEqualTo(!decides);
    }

    private RunConfig config(List<String> overrides) {
        return RunConfig.load(folder.resolve("run.conf"), overrides, catalog);
    }
}
