package org.tempera.runtime;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.core.train.TrainingSpec;
import org.tempera.core.workers.GradientSums;
import org.tempera.graph.ThreadSettings;

/**
 * How a run's work is shared out, on which the last bits of its weights depend.
 *
 * @param workers processes that train the run, at least 1
 * @param batches that each of them computes side by side, at least 1
 * @param threads of each batch, at least 1
 */
record WorkShares(int workers, int batches, int threads) {
    private static final String WORKERS = "workers";

    static WorkShares of(TrainingSpec spec) {
        ThreadSettings threads = spec.threads();
        return new WorkShares(spec.run().cluster().count(), threads.runs(), threads.intraOp());
    }

    /** What a run's provenance keeps of it: TensorFlow's threads by name, and the workers. */
    static Map<String, Integer> byName(TrainingSpec spec) {
        Map<String, Integer> all = new TreeMap<>(spec.threads().byName());
        all.put(WORKERS, spec.run().cluster().count());
        return all;
    }

    /** What {@link #byName} gave; empty where some of it is missing, as in the folders of earlier versions. */
    static Optional<WorkShares> of(Map<String, Integer> byName) {
        int workers = byName.getOrDefault(WORKERS, 0);
        int batches = byName.getOrDefault(ThreadSettings.PARALLEL_BATCHES, 0);
        int threads = byName.getOrDefault(ThreadSettings.INTRA_OP, 0);
        return workers < 1 || batches < 1 || threads < 1
                ? Optional.empty()
                : Optional.of(new WorkShares(workers, batches, threads));
    }

    /** Says that a run goes on otherwise than it was trained, and what keeps its bits; empty where these stay. */
    Optional<String> changedTo(WorkShares now, GradientSums sums) {
        boolean otherRing = sums == GradientSums.RING && workers != now.workers;
        if (lanes() == now.lanes() && threads == now.threads && !otherRing) {
            return Optional.empty();
        }
        return Optional.of("the run was trained by " + this + ", and goes on by " + now
                + ": from here on the last bits of its weights differ from those of a run that never stopped. "
                + keeps(now, otherRing)
                + " keeps them.");
    }

    private String keeps(WorkShares now, boolean otherRing) {
        long each = lanes() / now.workers;
        String asBefore = workers == 1 ? "One process" : "The number of workers of before";
        if (otherRing || each * now.workers != lanes()) {
            return asBefore + ", with run.parallel-batches=" + batches + " run.threads=" + (long) batches * threads
                    + ",";
        }
        return "Going on with run.parallel-batches=" + each + " run.threads=" + each * threads;
    }

    private long lanes() {
        return (long) workers * batches;
    }

    @Override
    public String toString() {
        return counted(workers, "worker") + " with " + counted(batches, "lane") + " of " + counted(threads, "thread")
                + (workers == 1 && batches == 1 ? "" : " each");
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
