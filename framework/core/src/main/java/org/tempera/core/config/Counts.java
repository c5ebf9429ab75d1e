package org.tempera.core.config;

import org.tempera.spi.Require;

/**
 * Bounds of keys that count what a run does. They are far above any run, and so low that what is multiplied from them
 * is a number, and what is listed by them fits into memory: a slip is told by its key, before anything fails of it.
 */
final class Counts {
    /** Of anything that is counted, and of the samples of an epoch, which two keys make together. */
    static final int MOST = 1_000_000;

    private Counts() {}

    /**
     * Checks one.
     *
     * @throws org.tempera.spi.ConfigException if it is lower than the least, or higher than the most
     */
    static void require(int count, int least, String key) {
        Require.that(count >= least, key, "at least " + least, count);
        Require.that(count <= MOST, key, "at most " + MOST, count);
    }

    /**
     * Checks two that are multiplied; the larger one is to blame.
     *
     * @param product what they make, such as {@code samples of an epoch}
     * @throws org.tempera.spi.ConfigException if they are too many together
     */
    static void requireProduct(int count, String key, int other, String otherKey, String product) {
        boolean first = count >= other;
        Require.that(
                (long) count * other <= MOST,
                first ? key : otherKey,
                "so low that " + key + " * " + otherKey + ", the " + product + ", is at most " + MOST,
                first ? count : other);
    }
}
