package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class PeakMemoryTest {
    private static final int N = 1000;

    record In(HostTensor x) {}

    record Out(HostTensor y) {}

    /** The bytes of a run in which y is computed from x, {@code [1000]}. */
    private static long peak(BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> y) {
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> x = graph.floatInput("x", N);
            Ops tf = graph.scope().tf();
            return Program.define("p", In.class, Out.class)
                    .feed("x", x)
                    .fetch("y", y.apply(tf, x))
                    .build()
                    .peakBytes();
        }
    }

    @Test
    public void countsWhatIsAliveAtATime() {
        int tensor = 4 * N;
        assertThat(peak((tf, x) -> tf.math.cumsum(x, tf.constant(0)))).isBetween(2L * tensor, 2L * tensor + 8);
        // Of a long chain, two at a time.
        assertThat(peak((tf, x) -> {
                    Operand<TFloat32> y = x;
                    for (int i = 0; i < 9; i++) {
                        y = tf.math.cumsum(y, tf.constant(0));
                    }
                    return y;
                }))
                .isBetween(2L * tensor, 2L * tensor + 100);
        // x is read again at the end.
        assertThat(peak((tf, x) -> tf.math.add(tf.math.cumsum(tf.math.cumsum(x, tf.constant(0)), tf.constant(0)), x)))
                .isBetween(3L * tensor, 3L * tensor + 100);
    }

    @Test
    public void viewsAndWhatIsComputedInPlaceTakeNothing() {
        int tensor = 4 * N;
        assertThat(peak((tf, x) -> tf.math.sqrt(tf.math.exp(tf.reshape(x, tf.constant(new int[] {10, 100}))))))
                .isBetween((long) tensor, tensor + 100L);
    }

    @Test
    public void aSquareOfManyRowsIsSeen() {
        assertThat(peak((tf, x) -> {
                    Operand<TFloat32> column = tf.reshape(x, tf.constant(new int[] {N, 1}));
                    Operand<TFloat32> row = tf.reshape(x, tf.constant(new int[] {1, N}));
                    return tf.math.mean(tf.linalg.matMul(column, row), tf.constant(0));
                }))
                .isBetween(4L * N * N, 4L * N * N + 20L * N);
    }

    @Test
    public void whatIsReadOfAVariableIsItsOwn() {
        int size = 1_000_000;
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> x = graph.floatInput("x", 1);
            Ops tf = graph.scope().tf();
            Operand<TFloat32> w = graph.scope()
                    .parameter("w", Shape.of(size), Initializer.zeros(), true)
                    .value();
            assertThat(Program.define("p", In.class, Out.class)
                            .feed("x", x)
                            .fetch("y", tf.math.add(tf.math.mean(w, tf.constant(0)), x))
                            .build()
                            .peakBytes())
                    .isLessThan(100);
            assertThat(graph.variableBytes()).containsExactly(Map.entry("w", 4L * size));
        }
    }

    /** A gradient asks both factors of a product for their shapes, and nothing else of the first one. */
    @Test
    public void aShapeKeepsNothing() {
        int tensor = 4 * N;
        assertThat(peak((tf, x) -> {
                    Operand<TFloat32> first = tf.math.cumsum(x, tf.constant(0));
                    Operand<TFloat32> y = tf.math.cumsum(
                            tf.math.cumsum(tf.math.cumsum(first, tf.constant(0)), tf.constant(0)), tf.constant(0));
                    return tf.reshape(y, tf.shape(first));
                }))
                .isBetween(2L * tensor, 2L * tensor + 100);
    }

    @Test
    public void whatIsPassedOnTogetherTakesNothing() {
        int tensor = 4 * N;
        assertThat(peak((tf, x) -> {
                    GraphOperation both = (GraphOperation) tf.identityN(List.of(x, tf.math.cumsum(x, tf.constant(0))))
                            .op();
                    return tf.math.sub(both.<TFloat32>output(0), both.<TFloat32>output(1));
                }))
                .isBetween(2L * tensor, 2L * tensor + 100);
    }
}
