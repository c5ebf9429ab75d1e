/** What sampling and training share: the guided denoising step and its log-probability. */
@NullMarked
package org.tempera.nn.diffusion;

import org.jspecify.annotations.NullMarked;
