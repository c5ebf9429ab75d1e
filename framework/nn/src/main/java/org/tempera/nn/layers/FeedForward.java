package org.tempera.nn.layers;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The gated feed-forward block GEGLU (Shazeer, 2020, eq. 6): {@code (x V * gelu(x W)) U}, 4 times as wide inside. */
public final class FeedForward {
    private final Linear in;
    private final Linear out;

    /** Declares {@code net.0.proj} (values, then gates) and {@code net.2}. */
    public FeedForward(ParameterSource source, int width) {
        this.in = new Linear(source.child("net.0.proj"), width, 8 * width, true);
        this.out = new Linear(source.child("net.2"), 4 * width, width, true);
    }

    /** Rows {@code [rows, width]}, of the same shape. */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        var halves = f.tf().split(f.tf().constant(1), in.apply(f, x), 2L).output();
        return out.apply(f, Activation.gatedGelu(f, halves.get(0), halves.get(1)));
    }
}
