package org.tempera.core.rollout;

import java.util.function.IntFunction;
import org.tempera.base.random.StatelessRandom;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.PolicyShape;

/** The noise that a batch of samples is drawn with. */
public interface Noise {
    /** Standard normal noise that sampling starts from, {@code [batch, height, width, channels]}. */
    HostTensor initial();

    /** Standard normal noise of a step, 0 the noisiest, of the same shape. */
    HostTensor step(int step);

    /** Standard normal latents, each row from a generator of its own. */
    static HostTensor gaussian(PolicyShape shape, int rows, IntFunction<StatelessRandom> ofRow) {
        int size = shape.latentSize();
        float[] all = new float[rows * size];
        for (int row = 0; row < rows; row++) {
            ofRow.apply(row).fillGaussian(all, row * size, (row + 1) * size);
        }
        return HostTensor.of(all, rows, shape.latentHeight(), shape.latentWidth(), shape.latentChannels());
    }
}
