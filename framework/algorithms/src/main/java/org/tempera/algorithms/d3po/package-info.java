/**
 * D3PO: direct preference optimisation of denoising as a sequence of decisions, on pairs of the policy's own samples
 * (Yang et al., Using Human Feedback to Fine-tune Diffusion Models without Any Reward Model, arXiv 2311.13231).
 * docs/algorithms/d3po.md.
 */
@NullMarked
package org.tempera.algorithms.d3po;

import org.jspecify.annotations.NullMarked;
