package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.SharedKey;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class TrainingGraphTest {
    private static final ThreadSettings THREADS = new ThreadSettings(1, 1);

    record In(HostTensor x) {}

    record Out(HostTensor y, HostTensor gradient, Map<String, HostTensor> named) {}

    @Test
    public void customGradientReplacesTheRegionsOwn() {
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Operand<TFloat32> x = graph.floatInput("x", 3);
            GraphScope scope = graph.scope().child("square");
            Operand<TFloat32> square = scope.tf().math.square(x);
            // A deliberately wrong gradient, so that TensorFlow's own would be noticed.
            Operand<TFloat32> y =
                    scope.withGradient(square, List.of(x), (tf, dy) -> List.of(tf.math.mul(dy, tf.constant(7f))));
            Operand<TFloat32> sum = scope.tf().reduceSum(y, scope.tf().constant(0));
            Operand<TFloat32> gradient = graph.gradients(sum, List.of(x)).get(0);
            Program<In, Out> program = Program.define("square", In.class, Out.class)
                    .feed("x", x)
                    .fetch("y", y)
                    .fetch("gradient", gradient)
                    .fetchMap("named", Map.of("sum", sum, "again", sum))
                    .build();
            try (TrainingSession session = graph.seal(THREADS)) {
                Out out = program.run(session, new In(HostTensor.of(new float[] {1, 2, 3}, 3)));
                assertThat(out.y().data()).containsExactly(1, 4, 9);
                assertThat(out.gradient().data()).containsExactly(7, 7, 7);
                assertThat(out.named().get("sum").scalarValue()).isEqualTo(14);
                assertThat(out.named().get("again").scalarValue()).isEqualTo(14);
                assertThatThrownBy(() -> program.run(session, new In(HostTensor.of(new float[2], 2))))
                        .hasMessageContaining("x must have shape [3], found [2]");
            }
        }
    }

    @Test
    public void exceptionInACustomGradientReachesTheCaller() {
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Operand<TFloat32> x = graph.floatInput("x");
            Operand<TFloat32> y = graph.scope()
                    .withGradient(graph.scope().tf().math.square(x), List.of(x), (tf, dy) -> {
                        throw new IllegalStateException("bad gradient");
                    });
            assertThatThrownBy(() -> graph.gradients(y, List.of(x))).hasMessage("bad gradient");
        }
    }

    @Test
    public void gradientIsZeroWhereTheLossDoesNotReach() {
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Operand<TFloat32> x = graph.floatInput("x", 3);
            Operand<TFloat32> loss = graph.scope().tf().constant(2f);
            Operand<TFloat32> g = graph.gradients(loss, List.of(x)).get(0);
            Program<In, Out> program = Program.define("none", In.class, Out.class)
                    .feed("x", x)
                    .fetch("y", graph.scope().tf().math.neg(x))
                    .fetch("gradient", g)
                    .fetchMap("named", Map.of())
                    .build();
            try (TrainingSession session = graph.seal(THREADS)) {
                assertThat(program.run(session, new In(HostTensor.of(new float[3], 3)))
                                .gradient()
                                .data())
                        .containsExactly(0, 0, 0);
            }
        }
    }

    @Test
    public void parametersStartFromSeedAndNameAndAreReadAndWritten() {
        HostTensor[] draws = new HostTensor[2];
        for (int i = 0; i < 2; i++) {
            try (TrainingGraph graph = new TrainingGraph(5)) {
                GraphScope scope = graph.scope().child("layer");
                if (i == 1) {
                    scope.parameter("other", Shape.of(4), Initializer.ones(), false);
                }
                Parameter p = scope.parameter("w", Shape.of(2, 3), Initializer.normal(1), true);
                assertThat(p.name()).isEqualTo("layer/w");
                try (TrainingSession session = graph.seal(THREADS)) {
                    draws[i] = session.read(p);
                    HostTensor next = HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
                    session.write(p, next);
                    assertThat(session.read(p)).isEqualTo(next);
                }
            }
        }
        assertThat(draws[0]).isEqualTo(draws[1]);
        assertThat(draws[0].data()).doesNotContain(0f);
    }

    @Test
    public void sharedPartsAreBuiltOnceAndSealingEndsBuilding() {
        try (TrainingGraph graph = new TrainingGraph(1)) {
            GraphScope scope = graph.scope();
            SharedKey key = new SharedKey("encoder", "abc");
            Parameter first =
                    scope.child("a").shared(key, s -> s.parameter("w", Shape.of(2), Initializer.zeros(), false));
            Parameter second =
                    scope.child("b").shared(key, s -> s.parameter("w", Shape.of(2), Initializer.zeros(), false));
            assertThat(first).isSameAs(second);
            assertThat(graph.parameters()).hasSize(1);
            graph.seal(THREADS).close();
            assertThatThrownBy(scope::tf).hasMessageContaining("sealed");
        }
    }
}
