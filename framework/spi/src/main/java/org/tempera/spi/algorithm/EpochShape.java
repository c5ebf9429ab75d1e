package org.tempera.spi.algorithm;

/**
 * How large an epoch is, known from the config before anything is built.
 *
 * @param samples in an epoch
 * @param steps denoising steps of a sample
 * @param samplesPerPrompt samples that each prompt of an epoch has
 */
public record EpochShape(int samples, int steps, int samplesPerPrompt) {}
