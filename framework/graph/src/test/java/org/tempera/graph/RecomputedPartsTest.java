package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Chains of parts, each of several operations on {@code [4]}, that share their parameters. */
public class RecomputedPartsTest {
    private static final int SIZE = 4;
    private static final int OPERATIONS = 6;

    record In(HostTensor x, HostTensor w) {}

    record Out(Map<String, HostTensor> gradients) {}

    private record Measured(Map<String, HostTensor> gradients, long peakBytes) {}

    /** How a part is built into the chain. */
    private interface Kind {
        Operand<TFloat32> build(
                GraphScope scope,
                List<Operand<TFloat32>> inputs,
                Function<List<Operand<TFloat32>>, Operand<TFloat32>> part);
    }

    private static final Kind PLAIN = (scope, inputs, part) -> part.apply(inputs);
    private static final Kind RECOMPUTED = GraphScope::recomputed;
    private static final Kind NESTED =
            (scope, inputs, part) -> scope.recomputed(inputs, outer -> scope.recomputed(outer, part));

    /** A step whose layers are parts, too. */
    private static final Kind OF_TWO = (scope, inputs, part) -> scope.recomputed(inputs, outer -> {
        Operand<TFloat32> first = scope.recomputed(outer, part);
        return scope.recomputed(List.of(first, outer.get(1)), part);
    });

    private static final Kind OF_TWO_KEPT = (scope, inputs, part) ->
            scope.recomputed(inputs, outer -> part.apply(List.of(part.apply(outer), outer.get(1))));
    private static final Kind TWICE = (scope, inputs, part) -> part.apply(List.of(part.apply(inputs), inputs.get(1)));

    @DataProvider
    public Object[][] kinds() {
        return new Object[][] {
            {RECOMPUTED, false, 3},
            {RECOMPUTED, true, 3},
            {RECOMPUTED, false, 1},
            {NESTED, false, 2},
            {NESTED, true, 2},
        };
    }

    @Test(dataProvider = "kinds")
    public void gradientsAreThoseOfTheSameChainInWhichEverythingIsKept(Kind kind, boolean stepwise, int parts) {
        Map<String, HostTensor> expected =
                measured(PLAIN, stepwise, parts, SIZE, "w", "x").gradients();
        Map<String, HostTensor> found =
                measured(kind, stepwise, parts, SIZE, "w", "x").gradients();
        assertThat(found).containsOnlyKeys(expected.keySet());
        expected.forEach((of, e) -> {
            for (int i = 0; i < e.size(); i++) {
                assertThat(e.get(i)).as(of).isNotZero();
                assertThat(found.getOrDefault(of, e).get(i))
                        .as(of + "[" + i + "]")
                        .isCloseTo(e.get(i), within(2e-6f));
            }
        });
    }

    @DataProvider
    public Object[] stepwise() {
        return new Object[] {false, true};
    }

    @Test(dataProvider = "stepwise")
    public void partsWithinAPartGiveTheSameGradientsForLess(boolean stepwise) {
        int size = 10_000;
        Measured kept = measured(OF_TWO_KEPT, stepwise, 3, size, "w", "x");
        Measured again = measured(OF_TWO, stepwise, 3, size, "w", "x");
        measured(TWICE, stepwise, 3, size, "w", "x").gradients().forEach((of, expected) -> {
            for (int i = 0; i < size; i++) {
                assertThat(again.gradients()
                                .getOrDefault(of, HostTensor.scalar(0))
                                .get(i))
                        .as(of + "[" + i + "]")
                        .isCloseTo(expected.get(i), within(2e-6f));
            }
        });
        assertThat(again.peakBytes()).isLessThan(kept.peakBytes() - OPERATIONS * 4L * size);
    }

    @Test
    public void memoryIsThatOfOnePartHoweverManyThereAre() {
        int size = 10_000;
        long tensor = 4L * size;
        long ofTwo = measured(RECOMPUTED, false, 2, size, "w").peakBytes();
        assertThat(measured(RECOMPUTED, false, 6, size, "w").peakBytes()).isBetween(ofTwo, ofTwo + 8 * tensor);
        assertThat(measured(PLAIN, false, 6, size, "w").peakBytes()).isGreaterThan(ofTwo + 3L * OPERATIONS * tensor);
    }

    private static Measured measured(Kind kind, boolean stepwise, int parts, int size, String... asked) {
        try (TrainingGraph graph = stepwise ? TrainingGraph.withStepwiseGradients(1) : new TrainingGraph(1)) {
            GraphScope scope = graph.scope();
            Ops tf = scope.tf();
            Operand<TFloat32> x = graph.floatInput("x", size);
            Operand<TFloat32> w = graph.floatInput("w", size);
            Operand<TFloat32> now = tf.math.mul(x, x);
            for (int i = 0; i < parts; i++) {
                now = kind.build(scope, List.of(now, x), in -> part(scope, in.get(0), in.get(1), w));
            }
            Operand<TFloat32> loss = tf.reduceSum(tf.math.mul(now, x), tf.constant(0));
            Map<String, Operand<TFloat32>> inputs = Map.of("x", x, "w", w);
            Map<String, Operand<TFloat32>> gradients = new TreeMap<>();
            for (String name : asked) {
                gradients.put(
                        name,
                        graph.gradients(loss, List.of(inputs.getOrDefault(name, x)))
                                .get(0));
            }
            Program<In, Out> program = Program.define("gradients", In.class, Out.class)
                    .feed("x", x)
                    .feed("w", w)
                    .fetchMap("gradients", gradients)
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                HostTensor at = filled(size, 0.3f);
                return new Measured(
                        program.run(session, new In(at, filled(size, 0.7f))).gradients(), program.peakBytes());
            }
        }
    }

    /**
     * With operations that do not read the part before, and a custom region, whose gradient is not the one that
     * TensorFlow would give.
     */
    private static Operand<TFloat32> part(
            GraphScope scope, Operand<TFloat32> input, Operand<TFloat32> x, Operand<TFloat32> w) {
        Ops tf = scope.tf();
        Operand<TFloat32> y = input;
        for (int i = 0; i < OPERATIONS; i++) {
            y = tf.math.tanh(tf.math.mul(y, tf.math.sigmoid(tf.math.mul(x, w))));
        }
        return scope.withGradient(
                tf.math.mul(y, tf.constant(2f)), List.of(y), (t, dy) -> List.of(t.math.mul(dy, t.constant(3f))));
    }

    private static HostTensor filled(int size, float first) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = first + 0.1f * (i % SIZE);
        }
        return HostTensor.of(values, size);
    }
}
