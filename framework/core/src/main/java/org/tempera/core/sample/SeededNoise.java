package org.tempera.core.sample;

import org.tempera.base.random.StatelessRandom;
import org.tempera.core.rollout.Noise;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.PolicyShape;

/** Noise as a function of a row's seed and the step alone, so that a seed's picture is the same in any company. */
record SeededNoise(PolicyShape shape, long[] seeds) implements Noise {
    /** Apart from the streams of training and evaluation, so that sampling repeats no noise that was trained on. */
    private static final long STREAM = -3;

    @Override
    public HostTensor initial() {
        return draw(-1);
    }

    @Override
    public HostTensor step(int step) {
        return draw(step);
    }

    private HostTensor draw(int step) {
        return Noise.gaussian(shape, seeds.length, row -> StatelessRandom.of(seeds[row], STREAM, 0, step));
    }
}
