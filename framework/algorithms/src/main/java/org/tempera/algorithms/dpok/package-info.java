/**
 * DPOK: a policy gradient with the KL divergence from the reference policy in the loss (Fan et al., DPOK: Reinforcement
 * Learning for Fine-tuning Text-to-Image Diffusion Models, arXiv 2305.16381). docs/algorithms/dpok.md.
 */
@NullMarked
package org.tempera.algorithms.dpok;

import org.jspecify.annotations.NullMarked;
