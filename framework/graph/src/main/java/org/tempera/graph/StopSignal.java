package org.tempera.graph;

/**
 * Asks work that goes on to stop at the end of its present step, or soon where it only waits. May be given from any
 * thread; stays given.
 */
public final class StopSignal {
    private volatile boolean given;

    /** Thrown by work that has stopped since it was asked to; what it did up to there holds. */
    public static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("stopped, as asked");
        }
    }

    public void give() {
        given = true;
    }

    public boolean isGiven() {
        return given;
    }

    /** @throws StoppedException if the signal was given */
    public void check() {
        if (given) {
            throw new StoppedException();
        }
    }
}
