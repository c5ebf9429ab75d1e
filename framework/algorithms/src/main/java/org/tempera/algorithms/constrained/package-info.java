/**
 * Constrained training: a reward is raised while others are kept above bounds, by multipliers that follow how far they
 * fall below (dual ascent; PID control, Stooke, Achiam and Abbeel, "Responsive Safety in Reinforcement Learning by PID
 * Lagrangian Methods", ICML 2020, arXiv 2007.03964), around any algorithm that learns from rewards.
 * docs/algorithms/constrained.md.
 */
@NullMarked
package org.tempera.algorithms.constrained;

import org.jspecify.annotations.NullMarked;
