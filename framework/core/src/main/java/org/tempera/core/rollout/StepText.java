package org.tempera.core.rollout;

import java.util.Optional;
import org.tempera.spi.HostTensor;

/**
 * What the rows of a step are conditioned on, on the host.
 *
 * @param positive text states of the prompts, {@code [batch, textLength, textWidth]}
 * @param negative text states of the negative prompt, of the same shape; absent without guidance
 */
public record StepText(HostTensor positive, Optional<HostTensor> negative) {}
