package org.tempera.spi.policy;

/**
 * Sizes that a policy works with.
 *
 * @param latentHeight rows of a latent
 * @param latentWidth columns of a latent
 * @param latentChannels channels of a latent
 * @param imageHeight rows of a decoded image
 * @param imageWidth columns of a decoded image
 * @param textLength tokens of a prompt, padding included
 * @param textWidth width of the text conditioning
 */
public record PolicyShape(
        int latentHeight,
        int latentWidth,
        int latentChannels,
        int imageHeight,
        int imageWidth,
        int textLength,
        int textWidth) {
    /** How many numbers a latent holds. */
    public int latentSize() {
        return latentHeight * latentWidth * latentChannels;
    }
}
