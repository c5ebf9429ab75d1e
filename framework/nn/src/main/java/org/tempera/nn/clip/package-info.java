/** The towers of CLIP (Radford et al., 2021), under the names of the transformers library. */
@NullMarked
package org.tempera.nn.clip;

import org.jspecify.annotations.NullMarked;
