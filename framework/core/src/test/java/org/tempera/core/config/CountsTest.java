package org.tempera.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.spi.ConfigException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The key that is too high is blamed, be it by itself or by what it is multiplied with. */
public class CountsTest {
    private static final int TOO_MANY = 2_000_000_000;

    private static SamplingSettings sampling(int batchSize, int batches, int steps) {
        return new SamplingSettings(Path.of("prompts.txt"), batchSize, batches, 1, steps, 1, 1, "");
    }

    /** There are machines of 1,792. */
    @Test
    public void asManyThreadsAreTakenAsAMachineMayHave() {
        assertThat(new RunSettings(1, 1, Path.of("run"), 1792, 1, 0).threads()).isEqualTo(1792);
    }

    @DataProvider
    public Object[][] slips() {
        return new Object[][] {
            {(Runnable) () -> new RunSettings(1, 1, Path.of("run"), 8193, 1, 0), "threads", "from 0 (all cores) to 8192"
            },
            {(Runnable) () -> new RunSettings(1, 1, Path.of("run"), 0, 1, 1025), "parallel-batches", "to 1024"},
            {(Runnable) () -> new RunSettings(TOO_MANY, 1, Path.of("run"), 0, 1, 0), "epochs", "at most 1000000"},
            {(Runnable) () -> sampling(TOO_MANY, 2, 1), "batch-size", "at most 1000000"},
            {(Runnable) () -> sampling(2, TOO_MANY, 1), "batches-per-epoch", "at most 1000000"},
            {(Runnable) () -> sampling(2, 2, TOO_MANY), "steps", "at most 1000000"},
            {(Runnable) () -> new EvaluationSettings(1, Optional.empty(), TOO_MANY, 1, 1), "samples", "at most 1000000"
            },
            {(Runnable) () -> sampling(600_000, 2, 1), "batch-size", "so low that batch-size * batches-per-epoch, the"},
            {(Runnable) () -> sampling(2, 600_000, 1), "batches-per-epoch", "samples of an epoch, is at most 1000000"},
        };
    }

    @Test(dataProvider = "slips")
    public void theKeyThatIsTooHighIsBlamed(Runnable slip, String key, String rule) {
        assertThatThrownBy(slip::run)
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.key()).isEqualTo(key))
                .hasMessageContaining(rule);
    }

    @Test
    public void soManyAreTaken() {
        assertThat(sampling(1_000, 1_000, Counts.MOST).samplesPerEpoch()).isEqualTo(Counts.MOST);
    }
}
