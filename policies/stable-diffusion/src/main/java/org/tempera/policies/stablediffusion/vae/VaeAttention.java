package org.tempera.policies.stablediffusion.vae;

import java.util.Optional;
import org.tempera.nn.layers.Attention;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GroupNorm;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Attention of one head among the pixels of an image, added to it. */
final class VaeAttention {
    private final GroupNorm norm;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;

    VaeAttention(ParameterSource source, int channels, int groups) {
        this.norm = new GroupNorm(source.child("group_norm"), channels, groups, VaeConfig.NORM_EPSILON);
        this.query = linear(source, "to_q", channels);
        this.key = linear(source, "to_k", channels);
        this.value = linear(source, "to_v", channels);
        this.out = linear(source, "to_out.0", channels);
    }

    private static Linear linear(ParameterSource source, String name, int channels) {
        // Some old files hold these matrices as 1x1 convolutions.
        return new Linear(source.child(name), channels, channels, true, Layout.LINEAR_OR_CONVOLUTION);
    }

    Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        int[] s = Forward.sizes(x);
        Operand<TFloat32> rows = f.reshape(norm.apply(f, x), s[0] * s[1] * s[2], s[3]);
        Operand<TFloat32> a = Attention.apply(
                f, query.apply(f, rows), key.apply(f, rows), value.apply(f, rows), s[0], 1, Optional.empty());
        return f.add(x, f.reshape(out.apply(f, a), s));
    }
}
