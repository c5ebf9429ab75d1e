package org.tempera.nn.clip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Attention;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.LayerNorm;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The transformer of a CLIP tower: pre-norm layers of attention and feed-forward. */
public final class ClipEncoder {
    private final List<Layer> layers = new ArrayList<>();
    private final int heads;
    private final Activation activation;

    private record Layer(
            LayerNorm norm1,
            Linear query,
            Linear key,
            Linear value,
            Linear out,
            LayerNorm norm2,
            Linear inner,
            Linear outer) {}

    /** Declares {@code layers.0}, {@code layers.1}, ... */
    public ClipEncoder(
            ParameterSource source,
            int width,
            int innerWidth,
            int layerCount,
            int heads,
            Activation activation,
            double normEpsilon) {
        this.heads = heads;
        this.activation = activation;
        for (int i = 0; i < layerCount; i++) {
            ParameterSource layer = source.child("layers." + i);
            ParameterSource attention = layer.child("self_attn");
            layers.add(new Layer(
                    new LayerNorm(layer.child("layer_norm1"), width, normEpsilon),
                    new Linear(attention.child("q_proj"), width, width, true),
                    new Linear(attention.child("k_proj"), width, width, true),
                    new Linear(attention.child("v_proj"), width, width, true),
                    new Linear(attention.child("out_proj"), width, width, true),
                    new LayerNorm(layer.child("layer_norm2"), width, normEpsilon),
                    new Linear(layer.child("mlp.fc1"), width, innerWidth, true),
                    new Linear(layer.child("mlp.fc2"), innerWidth, width, true)));
        }
    }

    /**
     * States after the last layer.
     *
     * @param x {@code [batch * tokens, width]}
     * @param mask added to the attention scores, such as a causal mask {@code [1, 1, tokens, tokens]}
     * @return shaped like {@code x}
     */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x, int batch, Optional<Operand<TFloat32>> mask) {
        Operand<TFloat32> h = x;
        for (Layer l : layers) {
            Operand<TFloat32> n = l.norm1().apply(f, h);
            Operand<TFloat32> a = Attention.apply(
                    f, l.query().apply(f, n), l.key().apply(f, n), l.value().apply(f, n), batch, heads, mask);
            h = f.add(h, l.out().apply(f, a));
            Operand<TFloat32> inner = l.inner().apply(f, l.norm2().apply(f, h));
            h = f.add(h, l.outer().apply(f, activation.apply(f, inner)));
        }
        return h;
    }
}
