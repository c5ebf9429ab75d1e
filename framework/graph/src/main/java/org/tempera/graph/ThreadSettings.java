package org.tempera.graph;

import java.util.Map;
import org.tensorflow.proto.ConfigProto;

/**
 * Threads that TensorFlow computes with. Part of a run's identity: another count gives other last bits.
 *
 * @param intraOp threads within one operation
 * @param interOp operations at a time of one program run
 * @param runs program runs at a time; with more than one, each computes its operations one by one, and {@code interOp}
 *     does not count
 */
public record ThreadSettings(int intraOp, int interOp, int runs) {
    /** Name of {@link #intraOp} in {@link #byName}. */
    public static final String INTRA_OP = "intra_op";

    /** Name of {@link #runs} in {@link #byName}. */
    public static final String PARALLEL_BATCHES = "parallel_batches";

    /** What the process starts besides, of TensorFlow's and of its own. */
    private static final int OTHERS = 8;

    public ThreadSettings {
        if (intraOp < 1 || interOp < 1 || runs < 1) {
            throw new IllegalArgumentException("threads must be at least 1, found intra-op " + intraOp + ", inter-op "
                    + interOp + ", runs " + runs);
        }
    }

    /** One program run at a time. */
    public ThreadSettings(int intraOp, int interOp) {
        this(intraOp, interOp, 1);
    }

    /** One thread a core within operations, two operations at a time: the fastest measured. */
    public static ThreadSettings forThisMachine() {
        return new ThreadSettings(Runtime.getRuntime().availableProcessors(), 2);
    }

    /**
     * Sees to it that the system allows the threads that are needed from here on, before anything is built in vain.
     *
     * @throws org.tempera.spi.UserException if it does not
     */
    public void requireAllowed() {
        ThreadProbe.require(intraOp + pool() + runs + OTHERS);
    }

    /** The counts by name, for a run's provenance. */
    public Map<String, Integer> byName() {
        return Map.of(INTRA_OP, intraOp, "inter_op", interOp, PARALLEL_BATCHES, runs);
    }

    /** The settings of a session that has these threads; the first session of a process decides for all of them. */
    ConfigProto.Builder config() {
        return ConfigProto.newBuilder().setIntraOpParallelismThreads(intraOp).setInterOpParallelismThreads(pool());
    }

    /** Whether a program run computes its operations one by one. */
    boolean oneByOne() {
        return interOp == 1 || runs > 1;
    }

    /** Threads that program runs and their operations are handed to. */
    int pool() {
        return runs > 1 ? runs : interOp;
    }
}
