/** What algorithms share that weigh every step of a sample with one advantage and follow a ratio of probabilities. */
@NullMarked
package org.tempera.algorithms.stepwise;

import org.jspecify.annotations.NullMarked;
