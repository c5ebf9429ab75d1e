package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private final TestConfigs configs = new TestConfigs();
    private final Path file = configs.folder().resolve("run.conf");

    @BeforeClass
    public void writeConfig() throws IOException {
        Files.writeString(file, CONFIG);
    }

    @AfterClass
    public void deleteFolder() {
        configs.close();
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
        assertThat(DecidingKeys.of(config(override)).equals(DecidingKeys.of(config())))
                .as(override)
                .isEqualTo(!decides);
    }

    private RunConfig config(String... overrides) {
        return configs.read(file, overrides);
    }
}
