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
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * Attention whose scores are never all in memory: a group of them is taken after the other, and the gradient computes a
 * group's weights again instead of keeping them (Rabe and Staats, 2021). At 512x512 pixels the scores of one of Stable
 * Diffusion's outer layers are 1 GiB under guidance, and a training step would keep five of them.
 *
 * <p>A group has all scores of as many heads as go into it, for their keys' gradients are whole then; only where those
 * of one head are too many it has some of the head's queries. The products of one head are products of matrices: with
 * the scores transposed, as gradients have them, these take two thirds of the time of a product of a batch in float32.
 */
public final class FrugalAttention {
    /**
     * Scores of a head from which on an attention is worth the second computation of its weights: 1,024 queries and
     * keys. Not of a batch, for its size must not change the rounding.
     */
    static final long MANY_SCORES = 1L << 20;

    /** Scores that are in memory at a time, 64 MiB; of one query, if its scores are more. */
    private static final long AT_A_TIME = 1L << 24;

    /** Groups have their own nodes in the graph each, which soon take more memory than the scores. */
    private static final long MOST_GROUPS = 1L << 12;

    private final int batch;
    private final int heads;
    private final int queries;
    private final int keys;
    private final int depth;
    private final int headsAtOnce;
    private final int queriesAtOnce;

    /**
     * Attention over inputs of these sizes.
     *
     * @param most scores that are in memory at a time; of one query, if its scores are more
     */
    public FrugalAttention(int batch, int heads, int queries, int keys, int depth, long most) {
        this.batch = batch;
        this.heads = heads;
        this.queries = queries;
        this.keys = keys;
        this.depth = depth;
        this.queriesAtOnce = (int) Math.max(1, Math.min(queries, most / keys));
        // Those of one sample: more would have products of one head be of a batch or not by the size of the batch.
        this.headsAtOnce = (int) Math.max(1, Math.min(heads, most / ((long) queries * keys)));
    }

    /**
     * Attention that has few scores in memory at a time.
     *
     * @throws AttentionSizeException if these are so few that the graph would not end
     */
    static FrugalAttention of(int batch, int heads, int queries, int keys, int depth) {
        FrugalAttention attention = new FrugalAttention(batch, heads, queries, keys, depth, AT_A_TIME);
        long groups = (long) parts(batch * heads, attention.headsAtOnce) * parts(queries, attention.queriesAtOnce);
        if (groups > MOST_GROUPS) {
            throw new AttentionSizeException(queries, groups, MOST_GROUPS);
        }
        return attention;
    }

    private static int parts(int all, int atOnce) {
        return (all + atOnce - 1) / atOnce;
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
            Numbers<TBfloat16> numbers = new Numbers<>(Product::rounded, Product::wide, FrugalAttention::inTwo);
            GraphScope scope = f.scope();
            return apply(f, numbers, List.of(q, k, v), scope.rounded(q), scope.rounded(k), scope.rounded(v));
        }
        Numbers<TFloat32> numbers = new Numbers<>((tf, x) -> x, (tf, x) -> x, (tf, x) -> List.of(x));
        return apply(f, numbers, List.of(q, k, v), q, k, v);
    }

    /** Numbers and what they lose when they are rounded, rounded too: to 16 binary places. */
    private static List<Operand<TBfloat16>> inTwo(Ops tf, Operand<TFloat32> x) {
        Operand<TBfloat16> high = Product.rounded(tf, x);
        return List.of(high, Product.rounded(tf, tf.math.sub(x, Product.wide(tf, high))));
    }

    /**
     * The numbers that are multiplied.
     *
     * @param from float32
     * @param back to float32
     * @param summands of float32 that make a number up, of which each is multiplied
     */
    private record Numbers<T extends TNumber>(
            BiFunction<Ops, Operand<TFloat32>, Operand<T>> from,
            BiFunction<Ops, Operand<T>, Operand<TFloat32>> back,
            BiFunction<Ops, Operand<TFloat32>, List<Operand<T>>> summands) {}

    /** Some heads and some of their queries. */
    private record Group(int head, int heads, int query, int queries) {}

    /** For each of the heads that are taken together, the groups of their queries. */
    private List<List<Group>> groups() {
        List<List<Group>> all = new ArrayList<>();
        for (int head = 0; head < batch * heads; head += headsAtOnce) {
            List<Group> ofHeads = new ArrayList<>();
            int some = Math.min(headsAtOnce, batch * heads - head);
            for (int query = 0; query < queries; query += queriesAtOnce) {
                ofHeads.add(new Group(head, some, query, Math.min(queriesAtOnce, queries - query)));
            }
            all.add(ofHeads);
        }
        return all;
    }

    private <T extends TNumber> Operand<TFloat32> apply(
            Forward f, Numbers<T> numbers, List<Operand<TFloat32>> inputs, Operand<T> q, Operand<T> k, Operand<T> v) {
        Ops tf = f.tf();
        Operand<T> qRows = rows(tf, q, depth);
        Operand<T> kRows = rows(tf, k, depth);
        Operand<T> vRows = rows(tf, v, depth);
        List<Operand<T>> parts = new ArrayList<>();
        for (List<Group> groups : groups()) {
            for (Group g : groups) {
                GraphOperation in = together(tf, List.of(queries(tf, qRows, g, depth)), last(parts));
                Operand<TFloat32> w = weights(tf, numbers, in.output(0), keys(tf, kRows, g, depth));
                Operand<T> some = numbers.from().apply(tf, w);
                parts.add(rows(tf, multiplied(tf, some, keys(tf, vRows, g, depth), false, false), depth));
            }
        }
        Operand<TFloat32> out = numbers.back().apply(tf, joined(tf, parts, queries));
        return f.scope().withGradient(out, inputs, (t, dy) -> gradients(t, numbers, qRows, kRows, vRows, out, dy));
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
        // As further columns of a product it is taken without another pass over the scores.
        Operand<TFloat32> taken = tf.reduceSum(tf.math.mul(dy, out), tf.constant(3), ReduceSum.keepDims(true));
        List<Operand<T>> columns = new ArrayList<>(List.of(numbers.from().apply(tf, dy)));
        columns.addAll(numbers.summands().apply(tf, taken));
        int wide = depth + columns.size() - 1;
        Operand<T> g = rows(tf, columns.get(0), depth);
        Operand<T> gTaken = rows(tf, tf.concat(columns, tf.constant(3)), wide);
        Operand<TFloat32> less = tf.fill(tf.constant(new int[] {batch * heads * keys, wide - depth}), tf.constant(-1f));
        Operand<T> vTaken = tf.concat(List.of(v, numbers.from().apply(tf, less)), tf.constant(1));
        List<Operand<TFloat32>> dq = new ArrayList<>();
        List<Operand<TFloat32>> dk = new ArrayList<>();
        List<Operand<TFloat32>> dv = new ArrayList<>();
        for (List<Group> groups : groups()) {
            List<Operand<TFloat32>> sums = List.of();
            for (Group group : groups) {
                List<Operand<T>> mine = List.of(
                        queries(tf, q, group, depth), queries(tf, g, group, depth), queries(tf, gTaken, group, wide));
                GraphOperation in = together(tf, mine, last(dq));
                Operand<T> someQ = in.output(0);
                Operand<T> someG = in.output(1);
                Operand<T> someK = keys(tf, k, group, depth);
                Operand<TFloat32> w = weights(tf, numbers, someQ, someK);
                Operand<TFloat32> dw = product(tf, numbers, in.output(2), keys(tf, vTaken, group, wide), false, true);
                Operand<T> ds = numbers.from().apply(tf, tf.math.mul(w, dw));
                List<Operand<TFloat32>> found = new ArrayList<>(List.of(
                        rows(tf, product(tf, numbers, ds, someK, false, false), depth),
                        rows(tf, product(tf, numbers, ds, someQ, true, false), depth),
                        rows(tf, product(tf, numbers, numbers.from().apply(tf, w), someG, true, false), depth)));
                for (int i = 0; i < sums.size(); i++) {
                    found.set(i + 1, tf.math.add(sums.get(i), found.get(i + 1)));
                }
                GraphOperation done = together(tf, found, List.of());
                dq.add(done.output(0));
                sums = List.of(done.output(1), done.output(2));
            }
            dk.add(sums.get(0));
            dv.add(sums.get(1));
        }
        return List.of(joined(tf, dq, queries), joined(tf, dk, keys), joined(tf, dv, keys));
    }

    /** The weights of scores. */
    private <T extends TNumber> Operand<TFloat32> weights(Ops tf, Numbers<T> numbers, Operand<T> q, Operand<T> k) {
        return tf.nn.softmax(product(tf, numbers, q, k, false, true));
    }

    /** A product, as float32. */
    private <T extends TNumber> Operand<TFloat32> product(
            Ops tf, Numbers<T> numbers, Operand<T> a, Operand<T> b, boolean transposeA, boolean transposeB) {
        return numbers.back().apply(tf, multiplied(tf, a, b, transposeA, transposeB));
    }

    private <T extends TNumber> Operand<T> multiplied(
            Ops tf, Operand<T> a, Operand<T> b, boolean transposeA, boolean transposeB) {
        return headsAtOnce == 1
                ? tf.linalg.matMul(a, b, MatMul.transposeA(transposeA), MatMul.transposeB(transposeB))
                : batchMatMul(tf, a, b, transposeA, transposeB);
    }

    /** The same values, none of which is there before all are, and those of the group before. */
    private static GraphOperation together(
            Ops tf, List<? extends Operand<?>> values, List<? extends Operand<?>> before) {
        List<Operand<?>> all = new ArrayList<>(values);
        all.addAll(before);
        return ComputedAgain.together(tf, all);
    }

    private static <T> List<T> last(List<T> values) {
        return values.subList(Math.max(0, values.size() - 1), values.size());
    }

    /** As a matrix of rows of this width. */
    private static <T extends TNumber> Operand<T> rows(Ops tf, Operand<T> x, int width) {
        return tf.reshape(x, tf.constant(new int[] {-1, width}));
    }

    private <T extends TNumber> Operand<T> queries(Ops tf, Operand<T> x, Group g, int width) {
        return part(tf, x, g.head() * queries + g.query(), g.heads(), g.queries(), width);
    }

    private <T extends TNumber> Operand<T> keys(Ops tf, Operand<T> x, Group g, int width) {
        return part(tf, x, g.head() * keys, g.heads(), keys, width);
    }

    /** Rows of a matrix that are those of some heads: {@code [rows, width]}, or {@code [heads, rows, width]}. */
    private <T extends TNumber> Operand<T> part(Ops tf, Operand<T> x, int first, int heads, int rows, int width) {
        Operand<T> some = tf.slice(x, tf.constant(new int[] {first, 0}), tf.constant(new int[] {heads * rows, width}));
        return headsAtOnce == 1 ? some : tf.reshape(some, tf.constant(new int[] {heads, rows, width}));
    }

    private <T extends TNumber> Operand<T> joined(Ops tf, List<Operand<T>> parts, int rows) {
        Operand<T> all = parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(0));
        return tf.reshape(all, tf.constant(new int[] {batch, heads, rows, depth}));
    }
}
