/**
 * Diffusion-DPO: direct preference optimisation of a denoiser on pairs of pictures (Wallace et al., Diffusion Model
 * Alignment Using Direct Preference Optimization, arXiv 2311.12908). docs/algorithms/diffusion-dpo.md.
 */
@NullMarked
package org.tempera.algorithms.dpo;

import org.jspecify.annotations.NullMarked;
