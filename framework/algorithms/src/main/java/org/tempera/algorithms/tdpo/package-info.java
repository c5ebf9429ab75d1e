/**
 * TDPO and TDPO-R: policy gradients with a value at every denoising step, one optimiser step at a time within a
 * timestep, and periodic resets of the critic's neurons (Zhang et al., "Confronting Reward Overoptimization for
 * Diffusion Models: A Perspective of Inductive and Primacy Biases", ICML 2024, arXiv 2402.08552). Deviations from the
 * published code are listed in docs/algorithms/tdpo.md.
 */
@NullMarked
package org.tempera.algorithms.tdpo;

import org.jspecify.annotations.NullMarked;
