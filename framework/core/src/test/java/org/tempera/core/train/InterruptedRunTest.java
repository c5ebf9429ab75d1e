package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tempera.core.train.TinyRuns.brightness;
import static org.tempera.core.train.TinyRuns.requireSame;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Ruler;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.testing.Messages;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Threads that are interrupted, and rewards that never answer. */
public class InterruptedRunTest {
    private Path folder = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        folder = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(folder);
    }

    @Test(timeOut = 120_000)
    public void anExecutorThatIsShutDownStopsTheRunAndKeepsItsWork() throws Exception {
        Path whole = folder.resolve("whole");
        TinyRuns.train(TinyRuns.spec(4, brightness(), FailurePolicy.FAIL), whole, -1);
        Path parts = folder.resolve("parts");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<RunOutcome> run = executor.submit(() ->
                TinyRuns.train(TinyRuns.spec(4, brightness(), FailurePolicy.FAIL), parts, (training, progress) -> {
                    if (progress.epoch() == 2) {
                        executor.shutdownNow();
                        // So short a run would be over before the thread that waits for it has heard of it.
                        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                    }
                }));
        RunOutcome outcome = run.get();
        assertThat(executor.awaitTermination(1, TimeUnit.HOURS)).isTrue();
        assertThat(outcome.stopped()).isTrue();
        assertThat(outcome.epochs()).isBetween(2, 4);
        TinyRuns.resume(TinyRuns.spec(4, brightness(), FailurePolicy.FAIL), parts);
        requireSame(parts, whole);
    }

    @Test(timeOut = 120_000)
    public void aRewardThatNeverAnswersIsNotWaitedFor() throws Exception {
        Path whole = folder.resolve("whole");
        TinyRuns.train(
                TinyRuns.spec(4, counting(Integer.MAX_VALUE, new CountDownLatch(1)), FailurePolicy.FAIL), whole, -1);
        Path parts = folder.resolve("parts");
        // An evaluation of 8 samples, an epoch of 8, and the first batch of the next epoch.
        CountDownLatch silent = new CountDownLatch(1);
        TrainingSpec spec = TinyRuns.spec(4, counting(8 + 8 + 4, silent), FailurePolicy.FAIL);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<RunOutcome> run = executor.submit(() -> TinyRuns.train(spec, parts, -1));
        silent.await();
        executor.shutdownNow();
        assertThat(run.get().stoppedAt()).hasValue("within epoch 2");
        TinyRuns.resume(
                TinyRuns.spec(4, counting(Integer.MAX_VALUE, new CountDownLatch(1)), FailurePolicy.FAIL), parts);
        requireSame(parts, whole);
    }

    /** It ends with one message, and does not begin another run in the place of the one that is gone. */
    @Test(timeOut = 120_000)
    public void aFolderThatIsDeletedUnderARunEndsIt() {
        Path run = folder.resolve("run");
        assertThatThrownBy(() -> TinyRuns.train(
                        TinyRuns.spec(6, brightness(), FailurePolicy.FAIL), run, (training, progress) -> {
                            if (progress.epoch() == 2) {
                                Messages.delete(run);
                            }
                        }))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("run: the run's folder is gone");
        assertThat(run).doesNotExist();
    }

    /** The first evaluation asks for its ruler while it is recorded; without evaluations the first checkpoint does. */
    @Test(timeOut = 120_000)
    public void aFolderThatGoesWhileItIsWrittenIsToldAsGone() {
        for (TrainingSpec spec : List.of(
                TinyRuns.spec(2, brightness(), FailurePolicy.FAIL),
                notEvaluated(TinyRuns.spec(2, brightness(), FailurePolicy.FAIL)))) {
            Path path = folder.resolve("run");
            RunFolder run = RunFolder.create(path);
            Supplier<Ruler> ruler = () -> {
                Messages.delete(path);
                return new Ruler(new TreeMap<>());
            };
            try (TrainingRun training = TrainingRun.start(spec, run, Optional.of(ruler), List.of())) {
                assertThatThrownBy(() -> training.run(Map.of(), p -> {}))
                        .isInstanceOf(UserException.class)
                        .hasMessageStartingWith(path + ": the run's folder is gone");
            } finally {
                run.close();
            }
        }
    }

    private static TrainingSpec notEvaluated(TrainingSpec s) {
        return SpecCopy.of(s)
                .evaluation(new EvaluationSettings(0, Optional.empty(), 8, 3, 4))
                .build();
    }

    /** The redness of a picture's first number; silent for ever after so many. */
    private static Reward counting(int most, CountDownLatch silent) {
        int[] scored = {0};
        return (HostReward) samples -> {
            scored[0] += samples.size();
            if (scored[0] > most) {
                silent.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = samples.get(i).rgb()[0];
            }
            return scores;
        };
    }
}
