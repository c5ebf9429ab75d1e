package org.tempera.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.runtime.plugin.Plugin;
import org.tempera.runtime.plugin.PluginKind;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The policy's learning rate, where a config gives it and where it comes with the algorithm. */
public class LearningRateTest {
    private final TestConfigs configs = new TestConfigs();

    @AfterClass
    public void deleteFolder() {
        configs.close();
    }

    @DataProvider
    public Object[][] rates() {
        return new Object[][] {
            // tdpo-r has the factor 1, ddpo 3.
            {List.of(), 1e-4, "what suits tdpo-r: optimizer.base-learning-rate"},
            {List.of("algorithm.use=ddpo"), 3e-4, "what suits ddpo: 3 times optimizer.base-learning-rate"},
            {List.of("optimizer.base-learning-rate=7e-4"), 7e-4, "what suits tdpo-r: optimizer.base-learning-rate"},
            {
                List.of("algorithm.use=ddpo", "optimizer.base-learning-rate=7e-4"),
                2.1e-3,
                "what suits ddpo: 3 times optimizer.base-learning-rate"
            },
            {
                List.of("algorithm.use=ddpo", "optimizer.base-learning-rate=7e-4", "optimizer.learning-rate=5e-5"),
                5e-5,
                "override 'optimizer.learning-rate=5e-5'"
            },
            {
                List.of("optimizer.learning-rate=5e-5", "optimizer.learning-rate=null"),
                1e-4,
                "what suits tdpo-r: optimizer.base-learning-rate"
            },
        };
    }

    @Test(dataProvider = "rates")
    public void isThatGivenOrTheOneThatSuitsTheAlgorithm(List<String> overrides, double rate, String origin) {
        RunConfig config = configs.whole(overrides.toArray(String[]::new));
        assertThat(config.optimizer().policyRate()).isEqualTo(rate);
        assertThat(config.effective().settings())
                .filteredOn(s -> s.key().equals("optimizer.learning-rate"))
                .singleElement()
                .returns(Double.toString(rate), EffectiveConfig.Setting::value)
                .returns(origin, EffectiveConfig.Setting::origin);
    }

    @Test
    public void staysWhatItWasWhereTheWrittenConfigIsReadAgain() throws IOException {
        RunConfig config = configs.whole("algorithm.use=ddpo");
        Path again = Files.writeString(
                configs.folder().resolve("config.conf"), config.effective().renderWithOrigins());
        RunConfig reloaded = configs.read(again, "optimizer.base-learning-rate=1");
        assertThat(reloaded.optimizer().policyRate()).isEqualTo(3e-4);
        assertThat(DecidingKeys.of(reloaded)).isEqualTo(DecidingKeys.of(config));
    }

    @Test
    public void isToldWithTheAlgorithm() {
        Plugin ddpo = configs.catalog().plugin(PluginKind.ALGORITHM, "ddpo").orElseThrow();
        assertThat(ConfigBlock.of(ddpo).about())
                .isEqualTo("an algorithm for tests. Where optimizer.learning-rate is left out, it is 3 times"
                        + " optimizer.base-learning-rate.");
    }
}
