package org.tempera.nn.clip;

import java.util.List;
import java.util.Optional;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.LayerNorm;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.Weight;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** CLIP's vision tower: a transformer over a class token and the patches of an image. */
public final class ClipVisionModel {
    private final ClipVisionConfig config;
    private final Weight classEmbedding;
    private final Weight patches;
    private final Weight positions;
    private final LayerNorm before;
    private final ClipEncoder encoder;
    private final LayerNorm after;

    /** Declares {@code vision_model.embeddings...}, {@code vision_model.encoder...} and the norms. */
    public ClipVisionModel(ParameterSource source, ClipVisionConfig config) {
        this.config = config;
        int width = config.width();
        int patch = config.patchSize();
        ParameterSource model = source.child("vision_model");
        ParameterSource embeddings = model.child("embeddings");
        this.classEmbedding =
                embeddings.weight("class_embedding", Layout.SAME, Shape.of(width), Initializer.normal(0.02));
        this.patches = embeddings
                .child("patch_embedding")
                .weight("weight", Layout.CONVOLUTION, Shape.of(patch, patch, 3, width), new Initializer.Uniform((float)
                        (1 / Math.sqrt(3.0 * patch * patch))));
        this.positions = embeddings
                .child("position_embedding")
                .weight(
                        "weight",
                        Layout.SAME,
                        Shape.of(config.grid() * config.grid() + 1, width),
                        Initializer.normal(0.02));
        // The name is the library's, missing letter included.
        this.before = new LayerNorm(model.child("pre_layrnorm"), width, config.normEpsilon());
        this.encoder = new ClipEncoder(
                model.child("encoder"),
                width,
                config.innerWidth(),
                config.layers(),
                config.heads(),
                config.activation(),
                config.normEpsilon());
        this.after = new LayerNorm(model.child("post_layernorm"), width, config.normEpsilon());
    }

    /**
     * The last hidden states, not normalised.
     *
     * @param pixels {@code [batch, imageSize, imageSize, 3]}, normalised as the model wants them
     * @return {@code [batch, 1 + patches, width]}, the class token first
     */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> pixels) {
        int[] s = Forward.sizes(pixels);
        int size = config.imageSize();
        if (s.length != 4 || s[1] != size || s[2] != size || s[3] != 3) {
            throw new IllegalArgumentException(
                    "images must be [batch, " + size + ", " + size + ", 3], found " + pixels.shape());
        }
        Ops tf = f.tf();
        int batch = s[0];
        int width = config.width();
        int count = config.grid() * config.grid();
        Operand<TFloat32> x = f.reshape(embedPatches(f, pixels), batch, count, width);
        Operand<TFloat32> head = tf.broadcastTo(
                f.reshape(classEmbedding.value(f.weights()), 1, 1, width), tf.constant(new int[] {batch, 1, width}));
        x = f.add(f.concat(List.of(head, x), 1), positions.value(f.weights()));
        x = before.apply(f, f.reshape(x, batch * (count + 1), width));
        return f.reshape(encoder.apply(f, x, batch, Optional.empty()), batch, count + 1, width);
    }

    /** Each patch times the weights, {@code [batch * patches, width]}: a convolution whose windows do not overlap. */
    private Operand<TFloat32> embedPatches(Forward f, Operand<TFloat32> pixels) {
        int batch = Forward.sizes(pixels)[0];
        int side = config.patchSize();
        int grid = config.grid();
        int size = grid * side;
        Operand<TFloat32> whole = size == config.imageSize()
                ? pixels
                : f.tf().slice(pixels, f.tf().constant(new int[] {0, 0, 0, 0}), f.tf().constant(new int[] {
                    batch, size, size, 3
                }));
        Operand<TFloat32> x = f.tf().linalg
                .transpose(f.reshape(whole, batch, grid, side, grid, side * 3), f.tf().constant(new int[] {0, 1, 3, 2, 4
                }));
        int numbers = side * side * 3;
        return f.tf().linalg
                .matMul(
                        f.reshape(x, batch * grid * grid, numbers),
                        f.reshape(patches.value(f.weights()), numbers, config.width()));
    }

    /**
     * The normalised state of the class token, which the projection reads.
     *
     * @param hidden {@code [batch, 1 + patches, width]}, from {@link #apply}
     * @return {@code [batch, width]}
     */
    public Operand<TFloat32> pooled(Forward f, Operand<TFloat32> hidden) {
        int[] s = Forward.sizes(hidden);
        Operand<TFloat32> first =
                f.tf().slice(hidden, f.tf().constant(new int[] {0, 0, 0}), f.tf().constant(new int[] {s[0], 1, s[2]}));
        return after.apply(f, f.reshape(first, s[0], s[2]));
    }
}
