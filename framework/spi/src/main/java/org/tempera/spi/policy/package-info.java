/** Diffusion policies: text conditioning, noise prediction, the noise process and decoding. */
@NullMarked
package org.tempera.spi.policy;

import org.jspecify.annotations.NullMarked;
