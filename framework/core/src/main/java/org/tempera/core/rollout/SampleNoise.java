package org.tempera.core.rollout;

import org.tempera.base.random.StatelessRandom;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.PolicyShape;

/**
 * Noise as a function of (seed, stream, sample, step), whatever batch or lane draws it.
 *
 * @param shape sizes of a latent
 * @param seed the run's seed
 * @param stream the epoch, or a negative number for streams outside training
 * @param samples index of each row's sample within the stream
 */
public record SampleNoise(PolicyShape shape, long seed, long stream, int[] samples) implements Noise {
    @Override
    public HostTensor initial() {
        return draw(-1);
    }

    @Override
    public HostTensor step(int step) {
        return draw(step);
    }

    private HostTensor draw(int step) {
        return Noise.gaussian(shape, samples.length, row -> StatelessRandom.of(seed, stream, samples[row], step));
    }
}
