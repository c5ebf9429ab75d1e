/** Algorithms: a loss, its advantages and its update plan, with the rollout they read. */
@NullMarked
package org.tempera.spi.algorithm;

import org.jspecify.annotations.NullMarked;
