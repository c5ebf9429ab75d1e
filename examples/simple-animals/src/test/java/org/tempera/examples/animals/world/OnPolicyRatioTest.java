package org.tempera.examples.animals.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.core.learn.Learner;
import org.tempera.core.train.EpochResult;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Sampling and training must give a step the same log-probability, though they batch it with other samples and timesteps. */
public class OnPolicyRatioTest {
    private static final Path CONFIG = Path.of("tdpo-r.conf").toAbsolutePath();

    @DataProvider
    Object[][] runs() {
        return new Object[][] {{"tdpo-r", 1}, {"tdpo-r", 2}, {"ddpo", 2}};
    }

    @Test(dataProvider = "runs")
    public void importanceRatioOfTheMiniModelIsOneBeforeAnUpdate(String algorithm, int threads) throws Exception {
        Path folder = Files.createTempDirectory("ratio");
        Tempera tempera = Tempera.load(getClass().getClassLoader());
        List<String> overrides = List.of(
                "algorithm.use=" + algorithm,
                "run.threads=" + threads,
                "run.output=\"" + folder.resolve("run") + "\"",
                "sampling.steps=5",
                "sampling.batches-per-epoch=2",
                // Every ratio of the epoch is that before an update.
                "optimizer.learning-rate=0");
        try (OpenRun run = tempera.start(tempera.config(CONFIG, overrides))) {
            EpochResult epoch = run.trainer().trainEpoch();
            assertThat(epoch.metrics().get(Learner.ON_POLICY_RATIO_ERROR))
                    .isNotNull()
                    .isLessThanOrEqualTo(1e-6);
            assertThat(epoch.metrics().get(Learner.RATIO_ERROR)).isNotNull().isLessThanOrEqualTo(1e-6);
        }
    }
}
