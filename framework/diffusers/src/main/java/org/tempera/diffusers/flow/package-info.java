/** Flow matching (Lipman et al., 2022; Liu et al., 2022) as a Markov decision process: Stable Diffusion 3, FLUX.1. */
@NullMarked
package org.tempera.diffusers.flow;

import org.jspecify.annotations.NullMarked;
