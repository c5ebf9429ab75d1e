/** The sampler DDIM (Song et al., 2020) as a Markov decision process. */
@NullMarked
package org.tempera.diffusers.ddim;

import org.jspecify.annotations.NullMarked;
