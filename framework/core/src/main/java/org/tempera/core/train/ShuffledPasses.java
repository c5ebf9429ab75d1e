package org.tempera.core.train;

import org.tempera.base.random.StatelessRandom;

/**
 * Goes through so many things in shuffled passes, so that each is picked equally often; what stands at a position is a
 * function of (seed, position).
 *
 * @param size how many things there are
 * @param seed the run's seed
 * @param stream keeps passes over different things apart
 */
record ShuffledPasses(int size, long seed, long stream) {
    /** The things at {@code count} positions from {@code first} on. */
    int[] at(long first, int count) {
        int[] picked = new int[count];
        long pass = -1;
        int[] order = {};
        for (int i = 0; i < count; i++) {
            long position = first + i;
            if (position / size != pass) {
                pass = position / size;
                order = StatelessRandom.of(seed, stream, pass).permutation(size);
            }
            picked[i] = order[(int) (position % size)];
        }
        return picked;
    }
}
