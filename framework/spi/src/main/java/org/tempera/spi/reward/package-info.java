/** Rewards: scores of images, built into the shared graph or computed on the host. */
@NullMarked
package org.tempera.spi.reward;

import org.jspecify.annotations.NullMarked;
