package org.tempera.algorithms.critic;

import java.util.List;
import org.tempera.nn.layers.Forward;
import org.tempera.spi.critic.CriticNetwork.State;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.PolicyShape;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Pools the noisy and the predicted clean latent over a grid of cells, and adds each channel's deviation: no decode and
 * no encoder.
 *
 * @param shape the policy's latents
 * @param grid cells along each side; fewer where a latent has fewer rows or columns
 */
record PooledLatentFeatures(PolicyShape shape, int grid) implements CriticFeatures {
    /** Predictions from nearly pure noise can be far out; what is clean has unit scale. */
    private static final float LIMIT = 5;

    private static final float EPSILON = 1e-6f;

    private int rowCells() {
        return Math.min(grid, shape.latentHeight());
    }

    private int columnCells() {
        return Math.min(grid, shape.latentWidth());
    }

    @Override
    public int width() {
        return 2 * shape.latentChannels() * (rowCells() * columnCells() + 1);
    }

    @Override
    public Operand<TFloat32> build(GraphScope scope, State state) {
        Forward f = new Forward(scope);
        return f.concat(List.of(pool(f, state.latents()), pool(f, state.predictedClean())), 1);
    }

    private Operand<TFloat32> pool(Forward f, Operand<TFloat32> latents) {
        Ops tf = f.tf();
        int batch = Forward.sizes(latents)[0];
        int positions = shape.latentHeight() * shape.latentWidth();
        int channels = shape.latentChannels();
        Operand<TFloat32> limited = tf.math.minimum(tf.math.maximum(latents, tf.constant(-LIMIT)), tf.constant(LIMIT));
        Operand<TFloat32> byChannel =
                tf.linalg.transpose(f.reshape(limited, batch, positions, channels), tf.constant(new int[] {0, 2, 1}));
        Operand<TFloat32> rows = f.reshape(byChannel, batch * channels, positions);
        Operand<TFloat32> cells =
                f.reshape(tf.linalg.matMul(rows, weights(tf)), batch, channels * rowCells() * columnCells());
        Operand<TFloat32> mean = tf.math.mean(rows, tf.constant(1));
        Operand<TFloat32> variance =
                tf.math.sub(tf.math.mean(tf.math.square(rows), tf.constant(1)), tf.math.square(mean));
        Operand<TFloat32> deviation =
                tf.math.sqrt(tf.math.add(tf.math.maximum(variance, tf.constant(0f)), tf.constant(EPSILON)));
        return f.concat(List.of(cells, f.reshape(deviation, batch, channels)), 1);
    }

    /** {@code [positions, cells]}: what each position gives to the mean of a cell. Cells of odd sizes overlap. */
    private Operand<TFloat32> weights(Ops tf) {
        int h = shape.latentHeight();
        int w = shape.latentWidth();
        int cells = rowCells() * columnCells();
        float[] weights = new float[h * w * cells];
        for (int r = 0; r < rowCells(); r++) {
            for (int c = 0; c < columnCells(); c++) {
                int top = r * h / rowCells();
                int bottom = -Math.floorDiv(-(r + 1) * h, rowCells());
                int left = c * w / columnCells();
                int right = -Math.floorDiv(-(c + 1) * w, columnCells());
                float share = 1f / ((bottom - top) * (right - left));
                for (int y = top; y < bottom; y++) {
                    for (int x = left; x < right; x++) {
                        weights[(y * w + x) * cells + r * columnCells() + c] = share;
                    }
                }
            }
        }
        return tf.constant(Shape.of(h * (long) w, cells), DataBuffers.of(weights));
    }
}
