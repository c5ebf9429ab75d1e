package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.core.config.SteepnessSettings;
import org.tempera.core.workers.GradientSums;
import org.tempera.core.workers.Group;
import org.tempera.core.workers.Meeting;
import org.tempera.core.workers.Parcel;
import org.tempera.graph.Lanes;
import org.tempera.graph.workers.LocalWorkers;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Several workers train the run that one process trains with as many lanes. */
public class WorkerRunTest {
    private static final int LANES = 4;

    /** Milliseconds: workers that wait for each other wait without end. */
    private static final long TIME_OUT = 300_000;

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("workers");
    }

    /** A run of four epochs of six batches: its last round of batches has none for some of the lanes. */
    private static TrainingSpec spec(Supplier<TrainingSpec> of, int lanes) {
        TrainingSpec tiny = of.get();
        return new TrainingSpec(
                new RunSettings(4, 7, Path.of("unused"), lanes, 1, lanes),
                new SamplingSettings(Path.of("unused"), 4, 6, 1, 3, 1.0, 2.0, ""),
                tiny.optimizer(),
                tiny.evaluation(),
                tiny.checkpoint(),
                tiny.combination(),
                tiny.policy(),
                tiny.algorithm(),
                tiny.critic(),
                tiny.rewards(),
                tiny.gold(),
                tiny.prompts(),
                tiny.evaluationPrompts());
    }

    private static TrainingSpec steepnessMeasured(TrainingSpec spec) {
        return SpecCopy.of(spec)
                .evaluation(spec.evaluation().measuring(true, new SteepnessSettings(0.01)))
                .build();
    }

    @DataProvider
    public Object[][] workers() {
        return new Object[][] {{1}, {2}, {4}};
    }

    @Test(dataProvider = "workers", timeOut = TIME_OUT)
    public void anyNumberOfWorkersGivesTheSameBits(int count) throws Exception {
        Supplier<TrainingSpec> of = () -> steepnessMeasured(TinyRuns.withCritic(4, 8, 0.05));
        TinyRuns.train(spec(of, LANES), folder.resolve("alone"), -1);
        train(count, GradientSums.IN_ORDER, of, folder.resolve("together"), (training, progress) -> {});
        TinyRuns.requireSame(folder.resolve("together"), folder.resolve("alone"));
    }

    /** With more threads than batches, too, each has as many of them: six in an epoch and two in an evaluation. */
    @Test(timeOut = TIME_OUT)
    public void automaticLanesGiveEveryWorkerItsPart() throws Exception {
        LocalWorkers workers = new LocalWorkers(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        CountingReward ofFirst = new CountingReward();
        CountingReward ofSecond = new CountingReward();
        try {
            Future<String> second = other.submit(() -> {
                try (WorkerRun run =
                        new WorkerRun(ofAutomaticLanes(ofSecond, 1), group(workers, 1, GradientSums.IN_ORDER))) {
                    return run.run(line -> {});
                }
            });
            lead(
                    ofAutomaticLanes(ofFirst, 0),
                    group(workers, 0, GradientSums.IN_ORDER),
                    folder.resolve("automatic"),
                    (training, progress) -> {});
            second.get();
        } finally {
            other.shutdownNow();
        }
        assertThat(ofFirst.batches).hasValue(ofSecond.batches.get()).hasPositiveValue();
    }

    private static TrainingSpec ofAutomaticLanes(HostReward reward, int index) {
        TrainingSpec spec = spec(() -> TinyRuns.spec(4, reward, FailurePolicy.FAIL), 0);
        RunSettings eight = new RunSettings(4, 7, Path.of("unused"), 8, 1, 0);
        return SpecCopy.of(spec)
                .run(eight.trainedBy(new ClusterSettings(List.of("a:1", "b:1"), index, GradientSums.IN_ORDER, 1)))
                .build();
    }

    /** Gives every sample another score, and counts the batches. */
    private static final class CountingReward implements HostReward {
        private final AtomicInteger batches = new AtomicInteger();

        @Override
        public float[] score(List<Sample> samples) {
            batches.incrementAndGet();
            float[] scores = new float[samples.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = i;
            }
            return scores;
        }
    }

    @Test(timeOut = TIME_OUT)
    public void aRunStoppedAndResumedByOtherNumbersGivesTheSameBits() throws Exception {
        Supplier<TrainingSpec> of = () -> TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL);
        TinyRuns.train(spec(of, LANES), folder.resolve("alone"), -1);
        Path stopped = folder.resolve("together");
        train(2, GradientSums.IN_ORDER, of, stopped, (training, progress) -> {
            if (progress.epoch() == 2) {
                training.requestStop();
            }
        });
        assertThat(stopped.resolve("checkpoints/epoch-0004")).doesNotExist();
        together(4, GradientSums.IN_ORDER, of, (spec, group) -> {
            try (RunFolder run = RunFolder.resume(stopped);
                    TrainingRun training = TrainingRun.resume(spec, group, run, Optional.empty(), List.of())) {
                training.run(Map.of(), p -> {});
            }
        });
        TinyRuns.requireSame(stopped, folder.resolve("alone"));
    }

    /** As machines of different kinds do, in the last bits; here by another learning rate. */
    @Test(timeOut = TIME_OUT)
    public void workersThatComputeOtherwiseTakeTheFirstOnesWeights() throws Exception {
        LocalWorkers workers = new LocalWorkers(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Map<String, HostTensor>> second = other.submit(() -> {
                try (WorkerRun run =
                        new WorkerRun(spec(() -> withRate(0.07), 2), group(workers, 1, GradientSums.IN_ORDER))) {
                    run.run(line -> {});
                    return tensors(run.trainer());
                }
            });
            Map<String, HostTensor> first = new TreeMap<>();
            try (RunFolder run = RunFolder.create(folder.resolve("different"))) {
                RunFolder.writeText(run.config(), "# test");
                Group group = group(workers, 0, GradientSums.IN_ORDER);
                try (TrainingRun training =
                        TrainingRun.start(spec(() -> withRate(0.05), 2), group, run, Optional.empty(), List.of())) {
                    training.run(Map.of(), p -> {});
                    first.putAll(tensors(training.trainer()));
                }
            }
            assertThat(second.get()).isEqualTo(first);
        } finally {
            other.shutdownNow();
        }
    }

    private static TrainingSpec withRate(double rate) {
        return TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL, rate);
    }

    private static Map<String, HostTensor> tensors(Trainer trainer) {
        Map<String, HostTensor> all = new TreeMap<>();
        trainer.checkpoint(OptionalDouble.empty()).tensors().forEach(t -> all.put(t.name(), t.values()));
        return all;
    }

    @Test(timeOut = TIME_OUT)
    public void aRingOfSumsDiffersByItsOrderAtMost() throws Exception {
        Supplier<TrainingSpec> of = () -> TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL);
        TinyRuns.train(spec(of, LANES), folder.resolve("alone"), -1);
        train(2, GradientSums.RING, of, folder.resolve("ring"), (training, progress) -> {});
        double largest = 0;
        Map<String, Object> alone = TinyRuns.tensors(folder.resolve("alone/checkpoints/epoch-0004"));
        Map<String, Object> ring = TinyRuns.tensors(folder.resolve("ring/checkpoints/epoch-0004"));
        assertThat(ring.keySet()).isEqualTo(alone.keySet());
        for (String name : alone.keySet()) {
            float[] a = ((HostTensor) alone.get(name)).data();
            float[] b = ((HostTensor) ring.get(name)).data();
            for (int i = 0; i < a.length; i++) {
                largest = Math.max(largest, Math.abs(a[i] - b[i]));
            }
        }
        assertThat(largest).isLessThan(1e-5);
    }

    @Test(timeOut = TIME_OUT)
    public void aWorkerThatFailsEndsTheRunOnAllAndIsNamed() throws Exception {
        HostReward failing = new HostReward() {
            @Override
            public float[] score(List<Sample> samples) {
                throw new UserException("no score today");
            }
        };
        Supplier<TrainingSpec> of = () -> TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL);
        Supplier<TrainingSpec> broken = () -> TinyRuns.spec(4, failing, FailurePolicy.FAIL);
        LocalWorkers workers = new LocalWorkers(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<String> second = other.submit(() -> {
                try (WorkerRun run = new WorkerRun(spec(broken, 2), group(workers, 1, GradientSums.IN_ORDER))) {
                    return run.run(line -> {});
                }
            });
            assertThatThrownBy(() -> lead(
                            spec(of, 2),
                            group(workers, 0, GradientSums.IN_ORDER),
                            folder.resolve("run"),
                            (training, progress) -> {}))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no score today");
            assertThatThrownBy(second::get).isInstanceOf(ExecutionException.class);
        } finally {
            other.shutdownNow();
        }
    }

    /** Where the first fails to begin, or only lets go of the run, the others do not take it for complete. */
    @Test(timeOut = TIME_OUT)
    public void aRunThatDoesNotBeginIsNotComplete() throws Exception {
        Supplier<TrainingSpec> of = () -> TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL);
        assertThat(heardBySecond(of, (spec, group) -> {
                    try (RunFolder run = RunFolder.create(folder.resolve("blocked"))) {
                        makeFolder(run.path().resolve("metrics.jsonl"));
                        assertThatThrownBy(() -> TrainingRun.start(spec, group, run, Optional.empty(), List.of()))
                                .isInstanceOf(UserException.class);
                    }
                }))
                .isInstanceOf(UserException.class)
                .isNotInstanceOf(LostWorkerException.class)
                .hasMessageStartingWith("worker 0 has failed: ")
                .hasMessageContaining("metrics.jsonl");
        assertThat(heardBySecond(of, (spec, group) -> {
                    try (RunFolder run = RunFolder.create(folder.resolve("closed"))) {
                        TrainingRun.start(spec, group, run, Optional.empty(), List.of())
                                .close();
                    }
                }))
                .isInstanceOf(LostWorkerException.class)
                .hasMessageStartingWith("worker 0 has ended before the others; its log says why.");
    }

    /** What was asked of it is done and saved. */
    @Test(timeOut = TIME_OUT)
    public void anotherThatHasGoneAstrayAtTheEndFailsNothing() throws Exception {
        LocalWorkers workers = new LocalWorkers(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Throwable> astray = other.submit(() -> {
                Group group = group(workers, 1, GradientSums.IN_ORDER);
                group.prepared(() -> "a model");
                try (Lanes lanes = new Lanes(1)) {
                    return catchThrowable(() -> group.with(lanes).share(Meeting.GRADIENTS, Parcel::empty));
                }
            });
            TrainingSpec spec = spec(() -> TinyRuns.spec(4, TinyRuns.brightness(), FailurePolicy.FAIL), 2);
            try (Trainer first = new Trainer(spec, group(workers, 0, GradientSums.IN_ORDER))) {
                first.end(WorkerRun.COMPLETE);
                assertThat(first.workers().parted()).isTrue();
            }
            assertThat(astray.get()).hasMessageStartingWith("The workers have come to different places: ");
        } finally {
            other.shutdownNow();
        }
    }

    private static void makeFolder(Path path) {
        try {
            Files.createDirectories(path.resolve("not-empty"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the second worker ends with, while this thread does what the first does, and leaves the group. */
    private static Throwable heardBySecond(Supplier<TrainingSpec> of, BiConsumer<TrainingSpec, Group> first)
            throws Exception {
        LocalWorkers workers = new LocalWorkers(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<String> second = other.submit(() -> {
                try (WorkerRun run = new WorkerRun(spec(of, 2), group(workers, 1, GradientSums.IN_ORDER))) {
                    return run.run(line -> {});
                }
            });
            try (Group group = group(workers, 0, GradientSums.IN_ORDER)) {
                first.accept(spec(of, 2), group);
            }
            return catchThrowable(second::get).getCause();
        } finally {
            other.shutdownNow();
        }
    }

    private static Group group(LocalWorkers workers, int index, GradientSums sums) {
        return new Group(workers.channel(index), sums);
    }

    private static void train(
            int count,
            GradientSums sums,
            Supplier<TrainingSpec> of,
            Path path,
            BiConsumer<TrainingRun, Progress> listener)
            throws Exception {
        together(count, sums, of, (spec, group) -> lead(spec, group, path, listener));
    }

    private static void lead(TrainingSpec spec, Group group, Path path, BiConsumer<TrainingRun, Progress> listener) {
        try (RunFolder run = RunFolder.create(path)) {
            RunFolder.writeText(run.config(), "# test");
            try (TrainingRun training = TrainingRun.start(spec, group, run, Optional.empty(), List.of())) {
                training.run(Map.of(), p -> listener.accept(training, p));
            }
        }
    }

    /** The first worker leads in this thread, the others work in threads of their own. */
    private static void together(
            int count, GradientSums sums, Supplier<TrainingSpec> of, BiConsumer<TrainingSpec, Group> leading)
            throws Exception {
        LocalWorkers workers = new LocalWorkers(count);
        ExecutorService others = Executors.newCachedThreadPool();
        try {
            List<Future<String>> ends = new ArrayList<>();
            for (int i = 1; i < count; i++) {
                int index = i;
                ends.add(others.submit(() -> {
                    try (WorkerRun run = new WorkerRun(spec(of, LANES / count), group(workers, index, sums))) {
                        return run.run(line -> {});
                    }
                }));
            }
            leading.accept(spec(of, LANES / count), group(workers, 0, sums));
            for (Future<String> end : ends) {
                assertThat(end.get()).matches("complete|stopped after epoch 2");
            }
        } finally {
            others.shutdownNow();
        }
    }
}
