package org.tempera.algorithms.stats;

import java.util.Random;
import org.tempera.base.random.StatelessRandom;

/** Independent random streams of one seed. */
public final class Seeds {
    private Seeds() {}

    /**
     * A generator for one purpose of a run: the same seed and salts give the same numbers on every machine and JDK,
     * since the algorithm of {@link Random} is part of its specification.
     */
    public static Random random(long seed, long... salts) {
        long mixed = StatelessRandom.mix(seed);
        for (long salt : salts) {
            mixed = StatelessRandom.mix(mixed + 0x9E3779B97F4A7C15L + salt);
        }
        return new Random(mixed);
    }

    /** A uniformly random permutation of 0 to {@code n - 1} (Fisher and Yates). */
    public static int[] permutation(int n, Random random) {
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            p[i] = p[j];
            p[j] = i;
        }
        return p;
    }
}
