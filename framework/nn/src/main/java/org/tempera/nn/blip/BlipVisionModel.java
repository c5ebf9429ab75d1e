package org.tempera.nn.blip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Attention;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.LayerNorm;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.PatchEmbedding;
import org.tempera.nn.layers.Weight;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** BLIP's image encoder (Li et al., 2022): a pre-norm transformer over a class token and the patches of an image. */
public final class BlipVisionModel {
    private static final double NORM_EPSILON = 1e-6;

    private final BlipVisionConfig config;
    private final Weight classToken;
    private final Weight positions;
    private final PatchEmbedding patches;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm after;

    private record Block(LayerNorm norm1, Linear qkv, Linear out, LayerNorm norm2, Linear inner, Linear outer) {}

    /** Declares {@code cls_token}, {@code pos_embed}, {@code patch_embed...}, {@code blocks...} and {@code norm}. */
    public BlipVisionModel(ParameterSource source, BlipVisionConfig config) {
        this.config = config;
        int width = config.width();
        this.patches = new PatchEmbedding(
                source.child("patch_embed.proj"), config.imageSize(), config.patchSize(), width, true);
        this.classToken = source.weight("cls_token", Layout.SAME, Shape.of(1, 1, width), Initializer.normal(0.02));
        this.positions =
                source.weight("pos_embed", Layout.SAME, Shape.of(1, tokens(), width), Initializer.normal(0.02));
        for (int i = 0; i < config.layers(); i++) {
            ParameterSource block = source.child("blocks." + i);
            blocks.add(new Block(
                    new LayerNorm(block.child("norm1"), width, NORM_EPSILON),
                    new Linear(block.child("attn.qkv"), width, 3 * width, true),
                    new Linear(block.child("attn.proj"), width, width, true),
                    new LayerNorm(block.child("norm2"), width, NORM_EPSILON),
                    new Linear(block.child("mlp.fc1"), width, config.innerWidth(), true),
                    new Linear(block.child("mlp.fc2"), config.innerWidth(), width, true)));
        }
        this.after = new LayerNorm(source.child("norm"), width, NORM_EPSILON);
    }

    /** How many states an image has. */
    public int tokens() {
        return 1 + patches.patches();
    }

    /**
     * The last states, normalised.
     *
     * @param pixels {@code [batch, imageSize, imageSize, 3]}, preprocessed
     * @return {@code [batch * tokens, width]}, each image's class token first
     */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> pixels) {
        int batch = Forward.sizes(pixels)[0];
        Operand<TFloat32> x = patches.apply(f, pixels, classToken.value(f.weights()));
        x = f.tf().math.add(x, positions.value(f.weights()));
        x = f.reshape(x, batch * tokens(), config.width());
        for (Block b : blocks) {
            Operand<TFloat32> qkv = b.qkv.apply(f, b.norm1.apply(f, x));
            Operand<TFloat32> a = Attention.apply(
                    f, third(f, qkv, 0), third(f, qkv, 1), third(f, qkv, 2), batch, config.heads(), Optional.empty());
            x = f.add(x, b.out.apply(f, a));
            Operand<TFloat32> inner = b.inner.apply(f, b.norm2.apply(f, x));
            x = f.add(x, b.outer.apply(f, Activation.GELU.apply(f, inner)));
        }
        return after.apply(f, x);
    }

    private Operand<TFloat32> third(Forward f, Operand<TFloat32> qkv, int which) {
        Ops tf = f.tf();
        int rows = Forward.sizes(qkv)[0];
        return tf.slice(
                qkv, tf.constant(new int[] {0, which * config.width()}), tf.constant(new int[] {rows, config.width()}));
    }
}
