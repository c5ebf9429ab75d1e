/** Plain-Java arithmetic between a rollout and its update: moments, normalised rewards, diagnostics, update plans. */
@NullMarked
package org.tempera.algorithms.stats;

import org.jspecify.annotations.NullMarked;
