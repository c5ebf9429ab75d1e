package org.tempera.examples.animals.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.tempera.runtime.Tempera;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Each algorithm that the quickstart is run with by one override has the learning rate that was measured to suit it.
 */
public class QuickstartRatesTest {
    private static final Path CONFIG = Path.of("tdpo-r.conf").toAbsolutePath();

    private final Tempera tempera = Tempera.load(QuickstartRatesTest.class.getClassLoader());

    @DataProvider
    public Object[][] rates() {
        return new Object[][] {
            // The bits that the quickstart's numbers were made with.
            {"tdpo-r", 7e-4},
            {"tdpo", 7e-4},
            {"constrained", 2.1e-3}, // what suits ddpo, which it wraps by default
            {"ddpo", 2.1e-3},
            {"grpo", 2.1e-3},
            {"draft", 3.5e-4},
            {"rwr", 7e-5},
            {"d3po", 2.1e-3},
            {"nft", 2.1e-3},
            {"dpok", 7e-4},
        };
    }

    /** Else one override would compare how often the policy is updated, too. */
    @Test
    public void likeAlgorithmsLearnInLikeSteps() {
        for (String key : List.of("batch-size", "accumulation", "inner-epochs")) {
            assertThat(setting("tdpo", key)).as(key).isEqualTo(setting("tdpo-r", key));
            assertThat(setting("grpo", key)).as(key).isEqualTo(setting("ddpo", key));
        }
    }

    private String setting(String algorithm, String key) {
        String name = "algorithm." + algorithm + "." + key;
        return tempera.config(CONFIG, List.of("algorithm.use=" + algorithm)).effective().settings().stream()
                .filter(s -> s.key().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test(dataProvider = "rates")
    public void suitTheAlgorithm(String algorithm, double rate) {
        assertThat(tempera.config(CONFIG, List.of("algorithm.use=" + algorithm))
                        .optimizer()
                        .policyRate())
                .isEqualTo(rate);
        assertThat(tempera.config(CONFIG, List.of("algorithm.use=" + algorithm, "optimizer.learning-rate=3e-3"))
                        .optimizer()
                        .policyRate())
                .isEqualTo(3e-3);
    }
}
