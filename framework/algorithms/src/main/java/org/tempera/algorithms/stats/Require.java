package org.tempera.algorithms.stats;

/** Range checks of config records; the binder shows the message at the key that it starts with. */
public final class Require {
    private Require() {}

    /** Refuses a value: {@code key must be rule, was found}. */
    public static void that(boolean holds, String key, String rule, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(key + " must be " + rule + ", was " + found);
        }
    }

    /** Checks the keys of an update plan. */
    public static void plan(int batchSize, int accumulation, int innerEpochs, double timestepFraction) {
        that(batchSize >= 1, "batch-size", "at least 1", batchSize);
        that(accumulation >= 1, "accumulation", "at least 1", accumulation);
        that(innerEpochs >= 1, "inner-epochs", "at least 1", innerEpochs);
        that(
                timestepFraction > 0 && timestepFraction <= 1,
                "timestep-fraction",
                "greater than 0 and at most 1",
                timestepFraction);
    }
}
