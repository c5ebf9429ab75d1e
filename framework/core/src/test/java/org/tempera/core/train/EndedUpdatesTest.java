package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tempera.core.train.TinyRuns.requireSame;
import static org.tempera.core.train.TinyRuns.resume;
import static org.tempera.core.train.TinyRuns.rows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.tempera.core.config.FailurePolicy;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** An algorithm that ends an epoch's updates where the policy has moved far enough. */
public class EndedUpdatesTest {
    private static final int PASSES = 6;

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
    public void theRestOfThePlanIsLeftOutAndStoppedRunsAgree() {
        Path whole = folder.resolve("whole");
        List<Integer> epochs = updates(whole, Integer.MAX_VALUE);
        int updates = epochs.size();
        assertThat(updates).isBetween(4, 4 * 3 * PASSES - 1);
        List<MetricRow> rows = rows(whole);
        assertThat(rows.get(rows.size() - 1).values())
                .containsEntry("train/optimizer_steps", (double) updates)
                .hasEntrySatisfying(
                        MetricNames.PLAN_SHARE, share -> assertThat(share).isBetween(0.01, 0.99));
        // The first, the one that ends an epoch's and the one before it, and the last that leaves any.
        int ending = epochs.lastIndexOf(epochs.get(0)) + 1;
        assertThat(ending).isBetween(2, updates - 1);
        for (int stop : new TreeSet<>(List.of(1, ending - 1, ending, updates - 1))) {
            Path parts = folder.resolve("stopped-at-" + stop);
            updates(parts, stop);
            resume(spec(), parts);
            requireSame(parts, whole);
        }
    }

    /** The epoch of each update of a run that is asked to stop after one of them. */
    private static List<Integer> updates(Path path, int stopAfter) {
        List<Integer> updates = new CopyOnWriteArrayList<>();
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec(), run)) {
                training.run(Map.of(), new RunListener() {
                    @Override
                    public void updated(int epoch, int done, int minibatches) {
                        updates.add(epoch);
                        if (updates.size() == stopAfter) {
                            training.requestStop();
                        }
                    }
                });
            }
        }
        return updates;
    }

    private static TrainingSpec spec() {
        return TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL, 0.05, new UntilFarOff(), Optional.empty());
    }

    private static final class UntilFarOff extends TinyReinforce {
        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            List<Minibatch> plan = new ArrayList<>();
            for (int pass = 0; pass < PASSES; pass++) {
                plan.addAll(super.plan(epoch, seed + pass));
            }
            return plan;
        }

        @Override
        public boolean goesOnAfter(Map<String, Double> update) {
            assertThat(update).containsKeys("train/ratio_error", "train/grad_norm");
            return update.getOrDefault("train/ratio_error", 0.0) < 0.15;
        }
    }
}
