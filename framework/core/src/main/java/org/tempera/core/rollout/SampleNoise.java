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
 * @param alike samples that follow one another and begin from the same noise
 */
public record SampleNoise(PolicyShape shape, long seed, long stream, int[] samples, int alike) implements Noise {
    /** Of which every sample begins from noise of its own. */
    public SampleNoise(PolicyShape shape, long seed, long stream, int[] samples) {
        this(shape, seed, stream, samples, 1);
    }

    @Override
    public HostTensor initial() {
        return draw(-1, alike);
    }

    @Override
    public HostTensor step(int step) {
        return draw(step, 1);
    }

    private HostTensor draw(int step, int same) {
        return Noise.gaussian(
                shape, samples.length, row -> StatelessRandom.of(seed, stream, samples[row] / same * same, step));
    }
}
