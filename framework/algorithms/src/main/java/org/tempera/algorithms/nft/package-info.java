/**
 * DiffusionNFT: the policy learns by the forward process, from its own samples, towards the good ones and away from the
 * bad ones (Zheng et al., "DiffusionNFT: Online Diffusion Reinforcement with Forward Process", arXiv 2509.16117).
 * docs/algorithms/nft.md.
 */
@NullMarked
package org.tempera.algorithms.nft;

import org.jspecify.annotations.NullMarked;
