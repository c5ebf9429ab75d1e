package org.tempera.core.checkpoint;

/**
 * Which checkpoints are kept.
 *
 * @param keepLast how many of the newest
 * @param keepBest how many of the best besides, by held-out reward; never by gold, which must decide nothing
 */
public record Retention(int keepLast, int keepBest) {
    public Retention {
        if (keepLast < 1 || keepBest < 0) {
            throw new IllegalArgumentException(
                    "keepLast must be at least 1 and keepBest 0 or more, were " + keepLast + " and " + keepBest);
        }
    }
}
