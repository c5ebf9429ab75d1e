/**
 * Trains the models of the embedded world from a seed: mini CLIP, the autoencoder, the gold scorer, the denoiser and
 * the reward heads.
 */
@NullMarked
package org.tempera.examples.animals.world;

import org.jspecify.annotations.NullMarked;
