/**
 * DDPO: denoising as a Markov decision process with one reward at its end (Black et al., "Training Diffusion Models
 * with Reinforcement Learning", arXiv 2305.13301); the importance-sampling variant.
 */
@NullMarked
package org.tempera.algorithms.ddpo;

import org.jspecify.annotations.NullMarked;
