/**
 * Losses as pure functions of operands: shapes in, scalars out. Equation numbers are those of docs/algorithms/tdpo.md.
 */
@NullMarked
package org.tempera.algorithms.loss;

import org.jspecify.annotations.NullMarked;
