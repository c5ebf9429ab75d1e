/** Low-rank adapters (Hu et al., 2021): reading, applying and writing them. */
@NullMarked
package org.tempera.policies.stablediffusion.lora;

import org.jspecify.annotations.NullMarked;
