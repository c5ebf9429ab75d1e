/**
 * Layers of the networks: convolutions, normalisations, attention, and where their parameters come from.
 *
 * <p>Images are NHWC, token states are matrices {@code [batch * tokens, width]}; all batch shapes are static.
 */
@NullMarked
package org.tempera.nn.layers;

import org.jspecify.annotations.NullMarked;
