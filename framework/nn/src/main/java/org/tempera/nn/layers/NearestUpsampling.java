package org.tempera.nn.layers;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Enlarges images by repeating pixels. */
public final class NearestUpsampling {
    private NearestUpsampling() {}

    /** Images {@code [batch, h, w, channels]} to {@code [batch, height, width, channels]}. */
    public static Operand<TFloat32> apply(Forward f, Operand<TFloat32> x, int height, int width) {
        return f.tf().image.resizeNearestNeighbor(x, f.ints(height, width));
    }
}
