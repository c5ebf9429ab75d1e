/** Scoring: all in-graph rewards in the run that decodes the images, host rewards on an executor. */
@NullMarked
package org.tempera.core.reward;

import org.jspecify.annotations.NullMarked;
