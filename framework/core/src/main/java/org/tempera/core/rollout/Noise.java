package org.tempera.core.rollout;

import org.tempera.spi.HostTensor;

/** The noise that a batch of samples is drawn with. */
public interface Noise {
    /** Standard normal noise that sampling starts from, {@code [batch, height, width, channels]}. */
    HostTensor initial();

    /** Standard normal noise of a step, 0 the noisiest, of the same shape. */
    HostTensor step(int step);
}
