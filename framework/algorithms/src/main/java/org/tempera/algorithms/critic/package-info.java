/** The critic {@code temporal-mlp}: dense layers on features of a denoising state and its timestep. */
@NullMarked
package org.tempera.algorithms.critic;

import org.jspecify.annotations.NullMarked;
