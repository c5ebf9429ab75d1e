/**
 * Statistics of runs beside each other, in plain Java: aggregates and intervals over seeds after Agarwal et al. (2021,
 * arXiv:2108.13264; rliable), corrections for many comparisons, ranks, diversity, and the curve of over-optimisation
 * of Gao et al. (2023, arXiv:2210.10760).
 */
@NullMarked
package org.tempera.record.statistics;

import org.jspecify.annotations.NullMarked;
