package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tempera.core.train.TinyRuns.requireSame;
import static org.tempera.core.train.TinyRuns.resume;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.tempera.core.config.FailurePolicy;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** An algorithm that learns from transitions of earlier epochs again. */
public class KeptRolloutsTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    @Test
    public void plansSeeTheLatestEpochsAndStoppedRunsAgree() {
        Path whole = folder.resolve("whole");
        Replaying algorithm = new Replaying();
        int updates = updates(algorithm, whole, Integer.MAX_VALUE);
        // Eight samples an epoch, of which two epochs are kept besides.
        assertThat(algorithm.sizes).containsExactly(8, 16, 24, 24);
        assertThat(TinyRuns.tensors(whole.resolve("checkpoints/epoch-0004")).keySet())
                .contains("kept/0/latents", "kept/1/column/log_prob", "kept/1/target/advantage")
                .noneMatch(name -> name.startsWith("kept/2/"));
        for (int stop = 2; stop < updates; stop += 3) {
            Path parts = folder.resolve("stopped-at-" + stop);
            updates(new Replaying(), parts, stop);
            resume(spec(new Replaying()), parts);
            requireSame(parts, whole);
        }
    }

    @Test
    public void errorsOfTheArithmeticAreLoggedWhereNoStepIsOfOtherWeights() {
        try (Trainer trainer = new Trainer(spec(new Replaying()))) {
            String[] errors = {
                MetricNames.RATIO_ERROR,
                MetricNames.ON_POLICY_RATIO_ERROR,
                MetricNames.LOG_PROB_ERROR,
                MetricNames.ON_POLICY_LOG_PROB_ERROR
            };
            assertThat(trainer.trainEpoch().metrics())
                    .containsKeys(errors)
                    .containsEntry(MetricNames.ON_POLICY_LOG_PROB_ERROR, 0.0);
            assertThat(trainer.trainEpoch().metrics())
                    .containsKey("train/grad_norm")
                    .doesNotContainKeys(errors);
        }
    }

    private static int updates(Replaying algorithm, Path path, int stopAfter) {
        AtomicInteger updates = new AtomicInteger();
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec(algorithm), run)) {
                training.run(Map.of(), new RunListener() {
                    @Override
                    public void updated(int epoch, int done, int minibatches) {
                        if (updates.incrementAndGet() == stopAfter) {
                            training.requestStop();
                        }
                    }
                });
            }
        }
        return updates.get();
    }

    private static TrainingSpec spec(Replaying algorithm) {
        return TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL, 0.02, algorithm, Optional.empty());
    }

    private static final class Replaying extends TinyReinforce {
        private final List<Integer> sizes = new ArrayList<>();

        @Override
        public int keptSamples() {
            return 20;
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            sizes.add(epoch.samples());
            return super.plan(epoch, seed);
        }
    }
}
