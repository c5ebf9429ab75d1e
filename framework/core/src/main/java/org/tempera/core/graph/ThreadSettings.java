package org.tempera.core.graph;

/**
 * Threads that TensorFlow computes with. Part of a run's identity: another count gives other last bits.
 *
 * @param intraOp threads within one operation
 * @param interOp operations at a time
 */
public record ThreadSettings(int intraOp, int interOp) {
    public ThreadSettings {
        if (intraOp < 1 || interOp < 1) {
            throw new IllegalArgumentException(
                    "threads must be at least 1, found intra-op " + intraOp + ", inter-op " + interOp);
        }
    }

    /** One thread a core within operations, two operations at a time: the fastest measured. */
    public static ThreadSettings forThisMachine() {
        return new ThreadSettings(Runtime.getRuntime().availableProcessors(), 2);
    }
}
