package org.tempera.nn.layers;

import java.nio.FloatBuffer;
import org.tempera.nn.weights.TensorSource;

/**
 * Turns {@code [out, in, positions]}, which comes part by part, into {@code [positions, in, out]}: it collects a few
 * rows of the former and writes them as pieces of the latter's, so that both sides are touched in order.
 */
final class RowsIntoColumns implements TensorSource.FloatSink {
    private static final int ROWS = 64;
    private static final int NUMBERS = 1 << 20;

    private final FloatBuffer target;
    private final int out;
    private final int in;
    private final int positions;
    private final float[] rows;
    private final float[] piece;
    private int filled;
    private int done;

    /** A sink for a tensor shaped {@code [..., in, out]} in the graph. */
    RowsIntoColumns(long[] graphShape, FloatBuffer target) {
        this.target = target.slice();
        out = Math.toIntExact(graphShape[graphShape.length - 1]);
        in = Math.toIntExact(graphShape[graphShape.length - 2]);
        long before = 1;
        for (int i = 0; i < graphShape.length - 2; i++) {
            before *= graphShape[i];
        }
        positions = Math.toIntExact(before);
        int row = Math.multiplyExact(in, positions);
        piece = new float[Math.max(1, Math.min(out, Math.min(ROWS, NUMBERS / Math.max(1, row))))];
        rows = new float[piece.length * row];
        target.position(target.position() + out * row);
    }

    @Override
    public void accept(float[] values, int count) {
        for (int from = 0; from < count; ) {
            int some = Math.min(count - from, rows.length - filled);
            System.arraycopy(values, from, rows, filled, some);
            from += some;
            filled += some;
            int row = in * positions;
            if (filled == rows.length || done + filled / row == out) {
                write(filled / row);
            }
        }
    }

    private void write(int count) {
        int row = in * positions;
        for (int i = 0; i < in; i++) {
            for (int p = 0; p < positions; p++) {
                int at = i * positions + p;
                for (int r = 0; r < count; r++) {
                    piece[r] = rows[r * row + at];
                }
                target.put((p * in + i) * out + done, piece, 0, count);
            }
        }
        done += count;
        filled = 0;
    }
}
