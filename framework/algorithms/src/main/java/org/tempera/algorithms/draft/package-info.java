/**
 * DRaFT: the reward is maximised along its own gradient, through the last steps of sampling (Clark et al., "Directly
 * Fine-Tuning Diffusion Models on Differentiable Rewards", arXiv 2309.17400: DRaFT-K and DRaFT-LV), with the truncation
 * drawn at random of AlignProp (Prabhudesai et al., arXiv 2310.03739), or through one late step to the clean latents
 * that it implies (ReFL: Xu et al., ImageReward, arXiv 2304.05977). docs/algorithms/draft.md.
 */
@NullMarked
package org.tempera.algorithms.draft;

import org.jspecify.annotations.NullMarked;
