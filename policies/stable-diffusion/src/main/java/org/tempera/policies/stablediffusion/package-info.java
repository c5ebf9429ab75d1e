/** Stable Diffusion 1 and 2, read from folders of the diffusers library. */
@NullMarked
package org.tempera.policies.stablediffusion;

import org.jspecify.annotations.NullMarked;
