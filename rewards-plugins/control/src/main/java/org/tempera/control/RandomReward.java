package org.tempera.control;

import java.util.List;
import org.tempera.base.random.StatelessRandom;
import org.tempera.spi.reward.HostReward;

/**
 * A standard normal number for each sample, a function of its seed and the config's alone.
 *
 * <p>A run on it shows what training does to the images without any aim: quality that falls under a real reward below
 * this control was over-optimised away, what falls alike is wear. Shuffling a real reward within its batch, the other
 * control in use, is not offered: a reward may not look at the other images of its batch.
 */
final class RandomReward implements HostReward {
    /** 2^64 over the golden ratio, odd: neighbouring counters land far apart (Steele et al., 2014). */
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long seed;

    RandomReward(long seed) {
        this.seed = seed;
    }

    @Override
    public float[] score(List<Sample> samples) {
        float[] scores = new float[samples.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = normal(samples.get(i).seed());
        }
        return scores;
    }

    /** Box and Muller (1958) on two uniform numbers. */
    private float normal(long sample) {
        long state = StatelessRandom.mix(StatelessRandom.mix(seed + GOLDEN_GAMMA) + sample * GOLDEN_GAMMA);
        double first = uniform(StatelessRandom.mix(state + GOLDEN_GAMMA));
        double second = uniform(StatelessRandom.mix(state - GOLDEN_GAMMA));
        return (float) (Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second));
    }

    /** In [0, 1), 53 bits. */
    private static double uniform(long bits) {
        return (bits >>> 11) * 0x1p-53;
    }
}
