/** Low-rank adapters (Hu et al., 2021): reading, applying and writing them. */
@NullMarked
package org.tempera.diffusers.lora;

import org.jspecify.annotations.NullMarked;
