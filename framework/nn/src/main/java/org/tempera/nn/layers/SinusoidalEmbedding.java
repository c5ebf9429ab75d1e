package org.tempera.nn.layers;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * Sines and cosines of a timestep at geometrically spaced frequencies (Ho et al., 2020, after Vaswani et al., 2017,
 * section 3.5).
 *
 * @param width how many numbers a timestep becomes
 * @param cosineFirst whether cosines come before sines
 * @param frequencyShift what the number of frequencies is lowered by in the exponent
 */
public record SinusoidalEmbedding(int width, boolean cosineFirst, double frequencyShift) {
    private static final double MAX_PERIOD = 10000;

    /** Timesteps {@code [batch]} to {@code [batch, width]}. */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> timesteps) {
        int n = Forward.sizes(timesteps)[0];
        int half = width / 2;
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) {
            // In single precision, step by step, as the reference: at timestep 999 its last bits show.
            float exponent = (float) -Math.log(MAX_PERIOD) * i;
            exponent = exponent / (float) (half - frequencyShift);
            frequencies[i] = (float) Math.exp(exponent);
        }
        Operand<TFloat32> table = f.tf().constant(Shape.of(1, half), DataBuffers.of(frequencies));
        Operand<TFloat32> angle = f.multiply(f.reshape(timesteps, n, 1), table);
        Operand<TFloat32> sin = f.tf().math.sin(angle);
        Operand<TFloat32> cos = f.tf().math.cos(angle);
        Operand<TFloat32> both = f.concat(cosineFirst ? List.of(cos, sin) : List.of(sin, cos), 1);
        if (width % 2 == 0) {
            return both;
        }
        return f.tf().pad(both, f.tf().constant(new int[][] {{0, 0}, {0, 1}}), f.tf().constant(0f));
    }
}
