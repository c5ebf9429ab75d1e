package org.tempera.core.prompt;

import java.util.Optional;

/**
 * What the rows of a step are conditioned on, on the host.
 *
 * @param positive the prompts, a row each
 * @param negative the negative prompt in every row; absent without guidance
 */
public record StepText(TextStates positive, Optional<TextStates> negative) {}
