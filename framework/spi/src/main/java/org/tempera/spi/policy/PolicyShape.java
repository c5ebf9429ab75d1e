package org.tempera.spi.policy;

/**
 * Sizes that a policy works with. Rows come before columns, as in a tensor.
 *
 * @param latent of a latent
 * @param image of a decoded image
 */
public record PolicyShape(Latent latent, Image image) {
    /** Size of a latent: rows, columns and channels. */
    public record Latent(int height, int width, int channels) {}

    /** Size of a decoded image: rows and columns. */
    public record Image(int height, int width) {}

    /** The same model at another size of latents. */
    public PolicyShape withLatents(int height, int width) {
        return new PolicyShape(
                new Latent(height, width, latent.channels()),
                new Image(height * rowsPerLatent(), width * columnsPerLatent()));
    }

    /** Rows of an image for each row of its latent. */
    public int rowsPerLatent() {
        return image.height() / latent.height();
    }

    /** Columns of an image for each column of its latent. */
    public int columnsPerLatent() {
        return image.width() / latent.width();
    }

    public int latentHeight() {
        return latent.height();
    }

    public int latentWidth() {
        return latent.width();
    }

    public int latentChannels() {
        return latent.channels();
    }

    public int imageHeight() {
        return image.height();
    }

    public int imageWidth() {
        return image.width();
    }

    /** How many numbers a latent holds. */
    public int latentSize() {
        return latent.height() * latent.width() * latent.channels();
    }
}
