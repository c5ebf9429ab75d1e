package org.tempera.nn.layers;

import java.util.Arrays;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Scaled dot-product attention with several heads (Vaswani et al., 2017, eq. 1). */
public final class Attention {
    /** Added to a score that is to have no weight: its exponential is 0, and it is finite. */
    private static final float UNUSED = -1e9f;

    private Attention() {}

    /**
     * Attends from queries to keys.
     *
     * @param q {@code [batch * queries, width]}
     * @param k {@code [batch * keys, width]}
     * @param v {@code [batch * keys, width]}
     * @param mask added to the scores, broadcastable to {@code [batch, heads, queries, keys]}
     * @return {@code [batch * queries, width]}
     */
    public static Operand<TFloat32> apply(
            Forward f,
            Operand<TFloat32> q,
            Operand<TFloat32> k,
            Operand<TFloat32> v,
            int batch,
            int heads,
            Optional<Operand<TFloat32>> mask) {
        return attend(f, q, k, v, batch, heads, mask, Forward.sizes(k)[0] / batch);
    }

    /** As above, without a mask, from queries to the first {@code used} keys of each of the batch. */
    public static Operand<TFloat32> apply(
            Forward f, Operand<TFloat32> q, Operand<TFloat32> k, Operand<TFloat32> v, int batch, int heads, int used) {
        return attend(f, q, k, v, batch, heads, Optional.empty(), used);
    }

    private static Operand<TFloat32> attend(
            Forward f,
            Operand<TFloat32> q,
            Operand<TFloat32> k,
            Operand<TFloat32> v,
            int batch,
            int heads,
            Optional<Operand<TFloat32>> mask,
            int used) {
        int[] qs = Forward.sizes(q);
        int width = qs[1];
        int queries = qs[0] / batch;
        int keys = Forward.sizes(k)[0] / batch;
        int depth = width / heads;
        Operand<TFloat32> qh = split(f, f.scale(q, 1 / Math.sqrt(depth)), batch, queries, heads, depth);
        Operand<TFloat32> kh = split(f, k, batch, keys, heads, depth);
        Operand<TFloat32> vh = split(f, v, batch, keys, heads, depth);
        Operand<TFloat32> out;
        if (mask.isEmpty() && (long) queries * keys >= FrugalAttention.MANY_SCORES) {
            FrugalAttention frugal = FrugalAttention.of(batch, heads, queries, used, depth);
            out = frugal.apply(f, qh, first(f, kh, keys, used), first(f, vh, keys, used));
        } else {
            Operand<TFloat32> scores = BatchedProduct.of(f, qh, kh, true);
            if (mask.isPresent()) {
                scores = f.add(scores, mask.get());
            }
            if (used < keys) {
                scores = f.add(scores, unused(f, keys, used));
            }
            out = BatchedProduct.of(f, f.tf().nn.softmax(scores), vh, false);
        }
        if (heads > 1) {
            out = f.tf().linalg.transpose(out, f.ints(0, 2, 1, 3));
        }
        return f.reshape(out, batch * queries, width);
    }

    private static Operand<TFloat32> first(Forward f, Operand<TFloat32> x, int keys, int used) {
        if (used == keys) {
            return x;
        }
        int[] s = Forward.sizes(x);
        return f.tf().slice(x, f.ints(0, 0, 0, 0), f.ints(s[0], s[1], used, s[3]));
    }

    private static Operand<TFloat32> unused(Forward f, int keys, int used) {
        float[] mask = new float[keys];
        Arrays.fill(mask, used, keys, UNUSED);
        return f.tf().constant(Shape.of(1, 1, 1, keys), DataBuffers.of(mask));
    }

    private static Operand<TFloat32> split(
            Forward f, Operand<TFloat32> x, int batch, int tokens, int heads, int depth) {
        if (heads == 1) {
            return f.reshape(x, batch, 1, tokens, depth);
        }
        return f.tf().linalg.transpose(f.reshape(x, batch, tokens, heads, depth), f.ints(0, 2, 1, 3));
    }
}
