package org.tempera.policies.stablediffusion.unet;

import java.util.ArrayList;
import java.util.List;
import org.tempera.nn.layers.Attention;
import org.tempera.nn.layers.FeedForward;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GroupNorm;
import org.tempera.nn.layers.LayerNorm;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A transformer among the pixels of an image that also attends to the text (Rombach et al., 2022, section 3.3). */
final class Transformer {
    private static final double GROUP_NORM_EPSILON = 1e-6;
    private static final double LAYER_NORM_EPSILON = 1e-5;

    private final GroupNorm norm;
    private final Linear in;
    private final List<Layer> layers = new ArrayList<>();
    private final Linear out;
    private final int heads;
    private final boolean onlyCrossAttention;

    private record Projections(Linear query, Linear key, Linear value, Linear out) {
        static Projections declare(ParameterSource source, int width, int contextWidth) {
            return new Projections(
                    new Linear(source.child("to_q"), width, width, false),
                    new Linear(source.child("to_k"), contextWidth, width, false),
                    new Linear(source.child("to_v"), contextWidth, width, false),
                    new Linear(source.child("to_out.0"), width, width, true));
        }

        Operand<TFloat32> apply(
                Forward f, Operand<TFloat32> x, Operand<TFloat32> context, int used, int batch, int heads) {
            return out.apply(
                    f,
                    Attention.apply(
                            f, query.apply(f, x), key.apply(f, context), value.apply(f, context), batch, heads, used));
        }
    }

    private record Layer(
            LayerNorm norm1,
            Projections attention1,
            LayerNorm norm2,
            Projections attention2,
            LayerNorm norm3,
            FeedForward feedForward) {}

    Transformer(ParameterSource source, UNetConfig config, UNetConfig.Block block, int layerCount, boolean onlyCross) {
        int channels = block.channels();
        this.heads = block.heads();
        this.onlyCrossAttention = onlyCross;
        int width = channels / heads * heads;
        Layout layout = config.linearProjection() ? Layout.LINEAR : Layout.LINEAR_AS_CONVOLUTION;
        this.norm = new GroupNorm(source.child("norm"), channels, config.groups(), GROUP_NORM_EPSILON);
        this.in = new Linear(source.child("proj_in"), channels, width, true, layout);
        int text = block.textWidth();
        for (int i = 0; i < layerCount; i++) {
            ParameterSource layer = source.child("transformer_blocks." + i);
            layers.add(new Layer(
                    new LayerNorm(layer.child("norm1"), width, LAYER_NORM_EPSILON),
                    Projections.declare(layer.child("attn1"), width, onlyCross ? text : width),
                    new LayerNorm(layer.child("norm2"), width, LAYER_NORM_EPSILON),
                    Projections.declare(layer.child("attn2"), width, text),
                    new LayerNorm(layer.child("norm3"), width, LAYER_NORM_EPSILON),
                    new FeedForward(layer.child("ff"), width)));
        }
        this.out = new Linear(source.child("proj_out"), width, channels, true, layout);
    }

    /**
     * One pass.
     *
     * @param x {@code [batch, height, width, channels]}
     * @return shaped like {@code x}
     */
    Operand<TFloat32> apply(Forward f, Operand<TFloat32> x, UNetBlock.Text text) {
        int[] s = Forward.sizes(x);
        int batch = s[0];
        Operand<TFloat32> h = in.apply(f, f.reshape(norm.apply(f, x), batch * s[1] * s[2], s[3]));
        for (Layer l : layers) {
            Operand<TFloat32> n = l.norm1().apply(f, h);
            h = f.add(
                    h,
                    onlyCrossAttention
                            ? l.attention1().apply(f, n, text.rows(), text.used(), batch, heads)
                            : l.attention1().apply(f, n, n, s[1] * s[2], batch, heads));
            h = f.add(h, l.attention2().apply(f, l.norm2().apply(f, h), text.rows(), text.used(), batch, heads));
            h = f.add(h, l.feedForward().apply(f, l.norm3().apply(f, h)));
        }
        return f.add(x, f.reshape(out.apply(f, h), s));
    }
}
