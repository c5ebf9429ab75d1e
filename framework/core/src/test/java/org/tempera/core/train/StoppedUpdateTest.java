package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.tempera.core.config.FailurePolicy;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.testng.annotations.Test;

/** An update of many micro-batches may take minutes: a stop does not wait for it. */
public class StoppedUpdateTest {
    @Test
    public void aStopWithinAnUpdateWaitsForItsMicroBatchAlone() throws IOException {
        Path folder = Files.createTempDirectory("update");
        TinyRuns.train(spec(piece -> {}), folder.resolve("whole"), -1);

        Path path = folder.resolve("stopped");
        List<Integer> run = Collections.synchronizedList(new ArrayList<>());
        try (RunFolder open = RunFolder.create(path)) {
            RunFolder.writeText(open.config(), "# test");
            TrainingRun[] training = new TrainingRun[1];
            training[0] = TrainingRun.start(
                    spec(piece -> {
                        run.add(piece);
                        if (piece == 2) {
                            training[0].requestStop();
                        }
                    }),
                    open);
            try (TrainingRun stopped = training[0]) {
                assertThat(stopped.run(Map.of(), p -> {}).stoppedAt()).contains("within epoch 1");
            }
        }
        assertThat(run).as("of updates of two").containsExactly(0, 1, 2);
        TinyRuns.resume(spec(piece -> {}), path);
        TinyRuns.requireSame(path, folder.resolve("whole"));
    }

    private static TrainingSpec spec(IntConsumer begun) {
        return TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL, 0.05, new Watched(begun), Optional.empty());
    }

    /** Tells which of its plan's micro-batches a lane begins. */
    private static final class Watched extends TinyReinforce {
        private final IntConsumer begun;

        Watched(IntConsumer begun) {
            this.begun = begun;
        }

        @Override
        public List<Minibatch> plan(EpochShape epoch, long seed) {
            List<Minibatch> plan = super.plan(epoch, seed);
            return new AbstractList<>() {
                @Override
                public Minibatch get(int index) {
                    if (Thread.currentThread().getName().equals("tempera-lane")) {
                        begun.accept(index);
                    }
                    return plan.get(index);
                }

                @Override
                public int size() {
                    return plan.size();
                }
            };
        }
    }
}
