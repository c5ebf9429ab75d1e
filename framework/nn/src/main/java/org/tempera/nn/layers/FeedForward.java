package org.tempera.nn.layers;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The gated feed-forward block GEGLU (Shazeer, 2020, eq. 6): {@code (x V * gelu(x W)) U}, 4 times as wide inside. */
public final class FeedForward {
    /**
     * Numbers of a weight that is small enough to be copied at each use; training keeps the copy until its gradient.
     */
    private static final long COPIED = 1L << 20;

    private final Linear in;
    private final Linear out;
    private final boolean copied;

    /** Declares {@code net.0.proj} (values, then gates) and {@code net.2}. */
    public FeedForward(ParameterSource source, int width) {
        this.in = new Linear(source.child("net.0.proj"), width, 8 * width, true);
        this.copied = 8L * width * width <= COPIED;
        this.out = new Linear(source.child("net.2"), 4 * width, width, true);
    }

    /** Rows {@code [rows, width]}, of the same shape. */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> x) {
        List<? extends Operand<TFloat32>> halves = copied
                ? in.applyInParts(f, x, 2)
                : f.tf().split(f.tf().constant(1), in.apply(f, x), 2L).output();
        return out.apply(f, Activation.gatedGelu(f, halves.get(0), halves.get(1)));
    }
}
