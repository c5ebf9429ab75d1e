package org.tempera.core.config;

import java.nio.file.Path;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;
import org.tempera.spi.graph.Precision;

/** Block {@code run}. */
public record RunSettings(
        @Doc(value = "How many epochs to train. An epoch samples, scores and updates once.", measures = false)
                int epochs,
        @Doc(value = "Decides every random number of the run.", measures = false) long seed,
        @Doc(value = "The run folder, which must not exist yet or be empty.", measures = false) Path output,
        @Doc(
                        value =
                                "Threads that TensorFlow computes with; 0 is one for each core. Part of the run's identity: another number"
                                        + " gives other last bits.",
                        measures = false)
                int threads,
        @Doc(
                        value = "TensorFlow operations that run at a time, where one batch is computed at a time.",
                        measures = false)
                int interOpThreads,
        @Doc(
                        value =
                                "Batches that are sampled and scored at a time, and micro-batches of an update that are computed at a time;"
                                        + " each has an equal share of the threads, and memory of its own. 0 is as many as there are"
                                        + " threads, batches in an epoch and micro-batches in an update (of several workers, a"
                                        + " worker's part of these), or 1 for a policy of 100 million weights or more. Part of the"
                                        + " run's identity, as threads are.",
                        measures = false)
                int parallelBatches,
        @Doc(
                        value =
                                "What networks multiply with, in sampling, updates and rewards: float32; bfloat16, of 16 bits, in which the"
                                        + " weights that are not trained are stored too, for half of the memory, and which is fast on"
                                        + " processors and GPUs with instructions for it; or tf32, on a GPU alone. Sums, norms,"
                                        + " softmax, losses, adapters and the optimizer are float32 under each. Scores of"
                                        + " different precision are not compared.",
                        measures = false)
                Precision precision,
        ClusterSettings cluster) {
    /** More threads than any machine has are a slip. */
    private static final int MOST_THREADS = 8192;

    /** So are so many batches side by side, each of which takes memory and time to be begun. */
    private static final int MOST_BATCHES = 1024;

    public RunSettings {
        Counts.require(epochs, 1, "epochs");
        Require.that(
                threads >= 0 && threads <= MOST_THREADS, "threads", "from 0 (all cores) to " + MOST_THREADS, threads);
        Require.that(
                interOpThreads >= 1 && interOpThreads <= MOST_THREADS,
                "inter-op-threads",
                "from 1 to " + MOST_THREADS,
                interOpThreads);
        Require.that(
                parallelBatches >= 0 && parallelBatches <= MOST_BATCHES,
                "parallel-batches",
                "from 0 (automatic) to " + MOST_BATCHES,
                parallelBatches);
    }

    /** A run in float32 that one process trains. */
    public RunSettings(int epochs, long seed, Path output, int threads, int interOpThreads, int parallelBatches) {
        this(
                epochs,
                seed,
                output,
                threads,
                interOpThreads,
                parallelBatches,
                Precision.FLOAT32,
                ClusterSettings.defaults());
    }

    /** The same run, trained by these workers. */
    public RunSettings trainedBy(ClusterSettings workers) {
        return new RunSettings(epochs, seed, output, threads, interOpThreads, parallelBatches, precision, workers);
    }

    /** The same run of another precision. */
    public RunSettings with(Precision other) {
        return new RunSettings(epochs, seed, output, threads, interOpThreads, parallelBatches, other, cluster);
    }

    public static RunSettings defaults() {
        return new RunSettings(100, 42, Path.of("runs/run"), 0, 2, 0);
    }
}
