package org.tempera.policies.stablediffusion.unet;

import java.util.List;
import org.tempera.nn.layers.Forward;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * Sines and cosines of 1000 (scale - 1), by which a consistency model is told its guidance scale (Luo et al., 2023,
 * section 4.2): without guidance, at a scale of 1, it is that of 0.
 *
 * @param width how many numbers a scale becomes
 */
record GuidanceEmbedding(int width) {
    /** The fewest numbers: of one frequency there is no spacing. */
    static final int LEAST_WIDTH = 4;

    private static final double MAX_PERIOD = 10000;
    private static final float FACTOR = 1000;

    /** Guidance scales {@code [batch]} to {@code [batch, width]}. */
    Operand<TFloat32> apply(Forward f, Operand<TFloat32> scales) {
        int half = width / 2;
        // In single precision, step by step, as the reference: at 7500 radians its last bits show.
        float spacing = (float) Math.log(MAX_PERIOD) / (half - 1);
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            frequencies[i] = (float) Math.exp(i * -spacing);
        }
        Operand<TFloat32> table = f.tf().constant(Shape.of(1, half), DataBuffers.of(frequencies));
        Operand<TFloat32> guided = f.scale(f.tf().math.sub(scales, f.tf().constant(1f)), FACTOR);
        Operand<TFloat32> angle = f.multiply(f.reshape(guided, Forward.sizes(scales)[0], 1), table);
        Operand<TFloat32> both =
                f.concat(List.of(f.tf().math.sin(angle), f.tf().math.cos(angle)), 1);
        return width % 2 == 0
                ? both
                : f.tf().pad(both, f.tf().constant(new int[][] {{0, 0}, {0, 1}}), f.tf().constant(0f));
    }
}
