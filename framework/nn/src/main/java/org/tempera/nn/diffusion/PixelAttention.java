package org.tempera.nn.diffusion;

import java.util.Optional;
import org.tempera.nn.layers.Attention;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GroupNorm;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Attention among the pixels of an image, added to it. Parameter names are those of diffusers' Attention. */
public final class PixelAttention {
    private final GroupNorm norm;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final int heads;

    /**
     * Declares {@code group_norm to_q to_k to_v to_out.0}.
     *
     * @param channels of the image
     * @param heads attention heads
     * @param headWidth width of each; all of them may be narrower than the image together
     * @param groups groups of the norm
     * @param epsilon epsilon of the norm
     */
    public PixelAttention(ParameterSource source, int channels, int heads, int headWidth, int groups, double epsilon) {
        this.heads = heads;
        int width = heads * headWidth;
        this.norm = new GroupNorm(source.child("group_norm"), channels, groups, epsilon);
        this.query = linear(source, "to_q", channels, width);
        this.key = linear(source, "to_k", channels, width);
        this.value = linear(source, "to_v", channels, width);
        this.out = linear(source, "to_out.0", width, channels);
    }

    private static Linear linear(ParameterSource source, String name, int in, int out) {
        // Some old files hold these matrices as 1x1 convolutions.
        return new Linear(source.child(name), in, out, true, Layout.LINEAR_OR_CONVOLUTION);
    }

    /** Images {@code [batch, height, width, channels]}, of the same shape. */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        int[] s = Forward.sizes(x);
        Operand<TFloat32> rows = f.reshape(norm.apply(f, x), s[0] * s[1] * s[2], s[3]);
        Operand<TFloat32> a = Attention.apply(
                f, query.apply(f, rows), key.apply(f, rows), value.apply(f, rows), s[0], heads, Optional.empty());
        return f.add(x, f.reshape(out.apply(f, a), s));
    }
}
