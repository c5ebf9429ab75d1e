package org.tempera.nn.layers;

import java.util.List;
import java.util.Optional;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The patches of an image, each times one weight, behind a class token: what a vision transformer reads (Dosovitskiy et
 * al., 2021, equation 1, without positions). Pixels to the right and below that fill no patch are left out.
 */
public final class PatchEmbedding {
    private final int imageSize;
    private final int patchSize;
    private final int width;
    private final Weight weight;
    private final Optional<Weight> bias;

    /**
     * Declares {@code weight} and, if wanted, {@code bias}.
     *
     * @param source the convolution over the patches
     * @param imageSize rows and columns of an image
     * @param patchSize rows and columns of a patch
     * @param width of the result
     */
    public PatchEmbedding(ParameterSource source, int imageSize, int patchSize, int width, boolean biased) {
        this.imageSize = imageSize;
        this.patchSize = patchSize;
        this.width = width;
        Initializer fresh = new Initializer.Uniform((float) (1 / Math.sqrt(3.0 * patchSize * patchSize)));
        this.weight = source.weight("weight", Layout.CONVOLUTION, Shape.of(patchSize, patchSize, 3, width), fresh);
        this.bias = biased ? Optional.of(source.weight("bias", Layout.SAME, Shape.of(width), fresh)) : Optional.empty();
    }

    /** How many patches an image has. */
    public int patches() {
        return grid() * grid();
    }

    private int grid() {
        return imageSize / patchSize;
    }

    /**
     * Class token and patches of each image.
     *
     * @param pixels {@code [batch, imageSize, imageSize, 3]}
     * @param classToken {@code [width]} numbers of any shape
     * @return {@code [batch, 1 + patches, width]}
     */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> pixels, Operand<TFloat32> classToken) {
        int[] s = Forward.sizes(pixels);
        if (s.length != 4 || s[1] != imageSize || s[2] != imageSize || s[3] != 3) {
            throw new IllegalArgumentException(
                    "images must be [batch, " + imageSize + ", " + imageSize + ", 3], found " + pixels.shape());
        }
        Ops tf = f.tf();
        int batch = s[0];
        Operand<TFloat32> first =
                tf.broadcastTo(f.reshape(classToken, 1, 1, width), tf.constant(new int[] {batch, 1, width}));
        return f.concat(List.of(first, f.reshape(embed(f, pixels), batch, patches(), width)), 1);
    }

    /** A matrix product, {@code [batch * patches, width]}: a convolution whose windows do not overlap. */
    private Operand<TFloat32> embed(Forward f, Operand<TFloat32> pixels) {
        Ops tf = f.tf();
        int batch = Forward.sizes(pixels)[0];
        int grid = grid();
        int covered = grid * patchSize;
        int numbers = patchSize * patchSize * 3;
        Operand<TFloat32> whole = covered == imageSize
                ? pixels
                : tf.slice(
                        pixels, tf.constant(new int[] {0, 0, 0, 0}), tf.constant(new int[] {batch, covered, covered, 3
                        }));
        Operand<TFloat32> rows = tf.linalg.transpose(
                f.reshape(whole, batch, grid, patchSize, grid, patchSize * 3), tf.constant(new int[] {0, 1, 3, 2, 4}));
        Operand<TFloat32> product = Product.of(
                f,
                f.reshape(rows, batch * grid * grid, numbers),
                f.reshape(weight.value(f.weights()), numbers, width),
                weight.trained(f.weights()));
        return bias.isPresent() ? tf.nn.biasAdd(product, bias.get().value(f.weights())) : product;
    }
}
