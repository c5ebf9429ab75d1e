/** Critics: the value of a timestep's features, and neuron statistics for resets. */
@NullMarked
package org.tempera.spi.critic;

import org.jspecify.annotations.NullMarked;
