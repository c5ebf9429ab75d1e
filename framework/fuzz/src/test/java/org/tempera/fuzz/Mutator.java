package org.tempera.fuzz;

import java.util.SplittableRandom;

/** Damages the bytes of a file of one format; what is given stays as it is. */
interface Mutator {
    byte[] mutate(byte[] sound, SplittableRandom random);

    /** Any of a row. */
    static <T> T any(T[] items, SplittableRandom random) {
        return items[random.nextInt(items.length)];
    }
}
