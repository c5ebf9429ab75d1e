package org.tempera.nn.layers;

import static org.tempera.nn.layers.BatchedProduct.batchMatMul;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Precision;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

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
        if (f.precision() == Precision.BFLOAT16) {
            Numbers<TBfloat16> numbers = new Numbers<>(Product::rounded, Product::wide);
            GraphScope scope = f.scope();
            return apply(f, numbers, List.of(q, k, v), scope.rounded(q), scope.rounded(k), scope.rounded(v));
        }
        return apply(f, new Numbers<>((tf, x) -> x, (tf, x) -> x), List.of(q, k, v), q, k, v);
    }

    /** The numbers that are multiplied, from float32 and back. */
    private record Numbers<T extends TNumber>(
            BiFunction<Ops, Operand<TFloat32>, Operand<T>> from, BiFunction<Ops, Operand<T>, Operand<TFloat32>> back) {
        /** A product, as float32. */
        Operand<TFloat32> product(Ops tf, Operand<T> a, Operand<T> b, boolean adjointA, boolean adjointB) {
            return back.apply(tf, batchMatMul(tf, a, b, adjointA, adjointB));
        }

        /** The weights of scores. */
        Operand<TFloat32> weights(Ops tf, Operand<T> q, Operand<T> k) {
            return tf.nn.softmax(product(tf, q, k, false, true));
        }
    }

    private <T extends TNumber> Operand<TFloat32> apply(
            Forward f, Numbers<T> numbers, List<Operand<TFloat32>> inputs, Operand<T> q, Operand<T> k, Operand<T> v) {
        List<Operand<T>> parts = new ArrayList<>();
        Ops tf = f.tf();
        for (int first = 0; first < queries; first += group) {
            List<Operand<T>> in = new ArrayList<>(List.of(rows(tf, q, first, depth)));
            if (!parts.isEmpty()) {
                in.add(parts.get(parts.size() - 1));
            }
            Operand<TFloat32> w = numbers.weights(tf, together(tf, in).get(0), k);
            parts.add(batchMatMul(tf, numbers.from().apply(tf, w), v, false, false));
        }
        Operand<TFloat32> out = numbers.back().apply(tf, joined(tf, parts));
        return f.scope().withGradient(out, inputs, (t, dy) -> gradients(t, numbers, q, k, v, out, dy));
    }

    private <T extends TNumber> List<Operand<TFloat32>> gradients(
            Ops tf,
            Numbers<T> numbers,
            Operand<T> q,
            Operand<T> k,
            Operand<T> v,
            Operand<TFloat32> out,
            Operand<TFloat32> dy) {
        // What the softmax's normalisation takes back, the sum of weights times their gradients, is the same as this.
        Operand<TFloat32> taken = tf.reduceSum(tf.math.mul(dy, out), tf.constant(3), ReduceSum.keepDims(true));
        Operand<T> g = numbers.from().apply(tf, dy);
        List<Operand<TFloat32>> dq = new ArrayList<>();
        Operand<TFloat32> dk = numbers.back().apply(tf, tf.zerosLike(k));
        Operand<TFloat32> dv = numbers.back().apply(tf, tf.zerosLike(v));
        for (int first = 0; first < queries; first += group) {
            Group<T> in = together(tf, rows(tf, q, first, depth), rows(tf, g, first, depth), dk, dv);
            Operand<TFloat32> w = numbers.weights(tf, in.q(), k);
            Operand<TFloat32> dw = numbers.product(tf, in.g(), v, false, true);
            Operand<T> ds = numbers.from().apply(tf, tf.math.mul(w, tf.math.sub(dw, rows(tf, taken, first, 1))));
            List<Operand<TFloat32>> done = together(
                    tf,
                    List.of(
                            numbers.product(tf, ds, k, false, false),
                            tf.math.add(in.dk(), numbers.product(tf, ds, in.q(), true, false)),
                            tf.math.add(
                                    in.dv(), numbers.product(tf, numbers.from().apply(tf, w), in.g(), true, false))));
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
    private static <T extends TNumber> List<Operand<T>> together(Ops tf, List<Operand<T>> values) {
        GraphOperation node = (GraphOperation) tf.identityN(List.copyOf(values)).op();
        List<Operand<T>> result = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            result.add(node.<T>output(i));
        }
        return result;
    }

    /** What the gradients of a group of queries begin with. */
    private record Group<T extends TNumber>(Operand<T> q, Operand<T> g, Operand<TFloat32> dk, Operand<TFloat32> dv) {}

    private static <T extends TNumber> Group<T> together(
            Ops tf, Operand<T> q, Operand<T> g, Operand<TFloat32> dk, Operand<TFloat32> dv) {
        GraphOperation node =
                (GraphOperation) tf.identityN(List.of(q, g, dk, dv)).op();
        return new Group<>(node.output(0), node.output(1), node.output(2), node.output(3));
    }

    private <T extends TNumber> Operand<T> rows(Ops tf, Operand<T> x, int first, int width) {
        int count = Math.min(group, queries - first);
        return tf.slice(
                x, tf.constant(new int[] {0, 0, first, 0}), tf.constant(new int[] {batch, heads, count, width}));
    }

    private static <T extends TNumber> Operand<T> joined(Ops tf, List<Operand<T>> parts) {
        return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(2));
    }
}
