/** Sampling: prompts to latents, log-probabilities, features and values, one program run for each timestep. */
@NullMarked
package org.tempera.core.rollout;

import org.jspecify.annotations.NullMarked;
