package org.tempera.nn.clip;

import java.util.Optional;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.LayerNorm;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.PatchEmbedding;
import org.tempera.nn.layers.Weight;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** CLIP's vision tower: a transformer over a class token and the patches of an image. */
public final class ClipVisionModel {
    private final ClipVisionConfig config;
    private final Weight classEmbedding;
    private final PatchEmbedding patches;
    private final Weight positions;
    private final LayerNorm before;
    private final ClipEncoder encoder;
    private final LayerNorm after;

    /** Declares {@code vision_model.embeddings...}, {@code vision_model.encoder...} and the norms. */
    public ClipVisionModel(ParameterSource source, ClipVisionConfig config) {
        this.config = config;
        int width = config.width();
        ParameterSource model = source.child("vision_model");
        ParameterSource embeddings = model.child("embeddings");
        this.classEmbedding =
                embeddings.weight("class_embedding", Layout.SAME, Shape.of(width), Initializer.normal(0.02));
        this.patches = new PatchEmbedding(
                embeddings.child("patch_embedding"), config.imageSize(), config.patchSize(), width, false);
        this.positions = embeddings
                .child("position_embedding")
                .weight("weight", Layout.SAME, Shape.of(1 + patches.patches(), width), Initializer.normal(0.02));
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
        int batch = Forward.sizes(pixels)[0];
        int width = config.width();
        int tokens = 1 + patches.patches();
        Operand<TFloat32> x = patches.apply(f, pixels, classEmbedding.value(f.weights()));
        x = f.add(x, positions.value(f.weights()));
        x = before.apply(f, f.reshape(x, batch * tokens, width));
        return f.reshape(encoder.apply(f, x, batch, Optional.empty()), batch, tokens, width);
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
