package org.tempera.nn.layers;

import static org.tempera.nn.layers.BatchedProduct.batchMatMul;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;

/**
 * Attention whose scores are never all in memory: queries are taken in groups, one after the other, and the gradient
 * computes a group's weights again instead of keeping them (Rabe and Staats, 2021). At 512x512 pixels the scores of one
 * of Stable Diffusion's outer layers are 1 GiB under guidance, and a training step would keep five of them.
 */
public final class FrugalAttention {
    /** Above so many scores (128 MiB) an attention is worth the second computation of its weights. */
    static final long MANY_SCORES = 1L << 25;

    /** Groups of queries: each has its own nodes in the graph, which soon take more memory than the scores. */
    private static final long MOST_GROUPS = 1L << 12;

    private final int batch;
    private final int heads;
    private final int queries;
    private final int depth;
    private final int group;

    /**
     * Attention over inputs of these sizes.
     *
     * @param group queries that are taken at a time
     */
    public FrugalAttention(int batch, int heads, int queries, int depth, int group) {
        this.batch = batch;
        this.heads = heads;
        this.queries = queries;
        this.depth = depth;
        this.group = group;
    }

    /**
     * Attention that takes as many queries at a time as {@link #MANY_SCORES} allows.
     *
     * @throws AttentionSizeException if these are so few that the graph would not end
     */
    static FrugalAttention of(int batch, int heads, int queries, int keys, int depth) {
        long group = Math.max(1, MANY_SCORES / 2 / ((long) batch * heads * keys));
        long groups = (queries + group - 1) / group;
        if (groups > MOST_GROUPS) {
            throw new AttentionSizeException(queries, groups, MOST_GROUPS);
        }
        return new FrugalAttention(batch, heads, queries, depth, (int) Math.min(queries, group));
    }

    /**
     * One pass.
     *
     * @param q scaled queries, {@code [batch, heads, queries, depth]}
     * @param k {@code [batch, heads, keys, depth]}
     * @param v {@code [batch, heads, keys, depth]}
     * @return {@code [batch, heads, queries, depth]}
     */
    public Operand<TFloat32> apply(Forward f, Operand<TFloat32> q, Operand<TFloat32> k, Operand<TFloat32> v) {
        List<Operand<TFloat32>> parts = new ArrayList<>();
        Ops tf = f.tf();
        for (int first = 0; first < queries; first += group) {
            List<Operand<TFloat32>> in = new ArrayList<>(List.of(rows(tf, q, first, depth)));
            if (!parts.isEmpty()) {
                in.add(parts.get(parts.size() - 1));
            }
            Operand<TFloat32> w = tf.nn.softmax(batchMatMul(tf, together(tf, in).get(0), k, false, true));
            parts.add(batchMatMul(tf, w, v, false, false));
        }
        Operand<TFloat32> out = joined(tf, parts);
        return f.scope().withGradient(out, List.of(q, k, v), (t, dy) -> gradients(t, q, k, v, out, dy));
    }

    private List<Operand<TFloat32>> gradients(
            Ops tf,
            Operand<TFloat32> q,
            Operand<TFloat32> k,
            Operand<TFloat32> v,
            Operand<TFloat32> out,
            Operand<TFloat32> dy) {
        // What the softmax's normalisation takes back, the sum of weights times their gradients, is the same as this.
        Operand<TFloat32> taken = tf.reduceSum(tf.math.mul(dy, out), tf.constant(3), ReduceSum.keepDims(true));
        List<Operand<TFloat32>> dq = new ArrayList<>();
        Operand<TFloat32> dk = tf.zerosLike(k);
        Operand<TFloat32> dv = tf.zerosLike(v);
        for (int first = 0; first < queries; first += group) {
            List<Operand<TFloat32>> in =
                    together(tf, List.of(rows(tf, q, first, depth), rows(tf, dy, first, depth), dk, dv));
            Operand<TFloat32> w = tf.nn.softmax(batchMatMul(tf, in.get(0), k, false, true));
            Operand<TFloat32> dw = batchMatMul(tf, in.get(1), v, false, true);
            Operand<TFloat32> ds = tf.math.mul(w, tf.math.sub(dw, rows(tf, taken, first, 1)));
            List<Operand<TFloat32>> done = together(
                    tf,
                    List.of(
                            batchMatMul(tf, ds, k, false, false),
                            tf.math.add(in.get(2), batchMatMul(tf, ds, in.get(0), true, false)),
                            tf.math.add(in.get(3), batchMatMul(tf, w, in.get(1), true, false))));
            dq.add(done.get(0));
            dk = done.get(1);
            dv = done.get(2);
        }
        return List.of(joined(tf, dq), dk, dv);
    }

    /**
     * The same values, none of which is there before all are: TensorFlow would begin all groups at once. (Its control
     * dependencies crash in TensorFlow Java 1.1 while gradients are added.)
     */
    private static List<Operand<TFloat32>> together(Ops tf, List<Operand<TFloat32>> values) {
        GraphOperation node = (GraphOperation) tf.identityN(List.copyOf(values)).op();
        List<Operand<TFloat32>> result = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            result.add(node.<TFloat32>output(i));
        }
        return result;
    }

    private Operand<TFloat32> rows(Ops tf, Operand<TFloat32> x, int first, int width) {
        int count = Math.min(group, queries - first);
        return tf.slice(
                x, tf.constant(new int[] {0, 0, first, 0}), tf.constant(new int[] {batch, heads, count, width}));
    }

    private static Operand<TFloat32> joined(Ops tf, List<Operand<TFloat32>> parts) {
        return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(2));
    }
}
