/**
 * RWR: reward-weighted regression, denoising of the policy's own samples with weights that grow with their reward
 * (Peters and Schaal 2007; for diffusion Lee et al., arXiv 2302.12192, and Black et al., arXiv 2305.13301, section
 * 4.2). docs/algorithms/rwr.md.
 */
@NullMarked
package org.tempera.algorithms.rwr;

import org.jspecify.annotations.NullMarked;
