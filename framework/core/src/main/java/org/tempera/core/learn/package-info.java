/**
 * Updates: the loss of a micro-batch, gradients, their accumulation, and the optimiser, all inside the shared graph.
 */
@NullMarked
package org.tempera.core.learn;

import org.jspecify.annotations.NullMarked;
