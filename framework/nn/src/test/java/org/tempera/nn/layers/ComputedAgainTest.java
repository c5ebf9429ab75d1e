package org.tempera.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.policy.Weights;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Large layers, whose gradients keep less, have the gradients of those that keep all. */
public class ComputedAgainTest {
    private static final int LAYERS = 3;
    private static final long TENSOR = 4 * ComputedAgain.LARGE;

    record In(HostTensor x, HostTensor w) {}

    record Out(HostTensor gradient) {}

    /** Layers one after the other. */
    private enum Chain {
        NORM(1024, 1024) {
            @Override
            Operand<TFloat32> build(Forward f, ParameterSource source, Operand<TFloat32> h) {
                return rows(f, new GroupNorm(source, columns, 4, 1e-5).apply(f, image(f, h), Activation.SILU));
            }
        },
        NORM_THAT_KEEPS(1024, 1024) {
            @Override
            Operand<TFloat32> build(Forward f, ParameterSource source, Operand<TFloat32> h) {
                return rows(f, Activation.SILU.apply(f, new GroupNorm(source, columns, 4, 1e-5).apply(f, image(f, h))));
            }
        },
        GATE(1024, 1024) {
            @Override
            Operand<TFloat32> build(Forward f, ParameterSource source, Operand<TFloat32> h) {
                return Activation.gatedGelu(f, h, h);
            }
        },
        GATE_THAT_KEEPS(1024, 1024) {
            @Override
            Operand<TFloat32> build(Forward f, ParameterSource source, Operand<TFloat32> h) {
                List<Operand<TFloat32>> halves = new ArrayList<>();
                for (int row : new int[] {0, rows / 2}) {
                    halves.add(Activation.gatedGelu(f, half(f, h, row), half(f, h, row)));
                }
                return f.concat(halves, 0);
            }

            private Operand<TFloat32> half(Forward f, Operand<TFloat32> x, int row) {
                return f.tf().slice(x, f.ints(row, 0), f.ints(rows / 2, columns));
            }
        },
        ADAPTED(8, 1024) {
            @Override
            Operand<TFloat32> build(Forward f, ParameterSource source, Operand<TFloat32> h) {
                return Product.of(f, h, adapted(f, source));
            }
        },
        ADAPTED_THAT_KEEPS(8, 1024) {
            @Override
            Operand<TFloat32> build(Forward f, ParameterSource source, Operand<TFloat32> h) {
                return f.tf().linalg.matMul(h, adapted(f, source).value(Weights.POLICY));
            }
        },
        ATTENTION(1024, 16) {
            @Override
            Operand<TFloat32> build(Forward f, ParameterSource source, Operand<TFloat32> h) {
                return Attention.apply(f, h, h, h, 1, 2, Optional.empty());
            }
        },
        /** A mask, of nothing here, has all weights kept. */
        ATTENTION_THAT_KEEPS(1024, 16) {
            @Override
            Operand<TFloat32> build(Forward f, ParameterSource source, Operand<TFloat32> h) {
                Operand<TFloat32> none = f.tf().constant(new float[1][1][1][1]);
                return Attention.apply(f, h, h, h, 1, 2, Optional.of(none));
            }
        };

        final int rows;
        final int columns;

        Chain(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
        }

        int[] shape() {
            return new int[] {rows, columns};
        }

        abstract Operand<TFloat32> build(Forward f, ParameterSource source, Operand<TFloat32> h);

        Operand<TFloat32> image(Forward f, Operand<TFloat32> h) {
            return f.reshape(h, 1, 32, rows / 32, columns);
        }

        Operand<TFloat32> rows(Forward f, Operand<TFloat32> image) {
            return f.reshape(image, rows, columns);
        }

        private static Weight adapted(Forward f, ParameterSource source) {
            Initializer fresh = new Initializer.Uniform(0.05f);
            Shape shape = Shape.of(1024, 1024);
            Weight plain = source.weight("plain", Layout.SAME, shape, fresh);
            return AdaptedWeight.of(f, source, plain.value(Weights.REFERENCE), shape, 2, fresh);
        }
    }

    private record Measured(HostTensor gradient, long peakBytes) {}

    /** By how many times {@link #TENSOR} what is kept of a layer is smaller, and how far its gradients may differ. */
    @DataProvider
    public static Object[][] chains() {
        List<Object[]> all = new ArrayList<>();
        for (boolean stepwise : new boolean[] {false, true}) {
            all.add(new Object[] {Chain.NORM, Chain.NORM_THAT_KEEPS, stepwise, 2, 0});
            all.add(new Object[] {Chain.GATE, Chain.GATE_THAT_KEEPS, stepwise, 2, 0});
            all.add(new Object[] {Chain.ADAPTED, Chain.ADAPTED_THAT_KEEPS, stepwise, 1, 0});
            all.add(new Object[] {Chain.ATTENTION, Chain.ATTENTION_THAT_KEEPS, stepwise, 2, 1e-5});
        }
        return all.toArray(Object[][]::new);
    }

    /** Of all layers but the one whose gradient is being taken less is there. */
    @Test(dataProvider = "chains")
    public void sameGradientsForLess(Chain again, Chain kept, boolean stepwise, int less, double tolerance) {
        Measured found = measured(again, stepwise, true);
        Measured expected = measured(kept, stepwise, false);
        assertThat(found.gradient().shape()).isEqualTo(expected.gradient().shape());
        for (int i = 0; i < expected.gradient().size(); i++) {
            assertThat(found.gradient().get(i)).isCloseTo(expected.gradient().get(i), within((float) tolerance));
        }
        long singleNumbers = 1000;
        assertThat(found.peakBytes()).isLessThan(expected.peakBytes() - less * (LAYERS - 1) * TENSOR + singleNumbers);
    }

    /** @param waits whether all that is large waits for the gradient */
    private static Measured measured(Chain chain, boolean stepwise, boolean waits) {
        try (TrainingGraph graph = stepwise ? TrainingGraph.withStepwiseGradients(1) : new TrainingGraph(1)) {
            Forward f = new Forward(graph.scope().child("forward"));
            GraphParameters parameters = GraphParameters.fresh(graph.scope().child("layer"));
            Operand<TFloat32> x = graph.floatInput("x", chain.shape());
            Operand<TFloat32> w = graph.floatInput("w", chain.shape());
            Operand<TFloat32> h = x;
            for (int i = 0; i < LAYERS; i++) {
                h = chain.build(f, parameters.child("layer" + i), h);
            }
            Operand<TFloat32> loss = f.tf().reduceSum(f.reshape(f.multiply(h, w), -1), f.tf().constant(0));
            Set<GraphOperation> forward = ancestors(h);
            Operand<TFloat32> gradient = graph.gradients(loss, List.of(x)).get(0);
            if (waits) {
                requireThatNothingBeginsEarly(gradient, forward, (GraphOperation) w.op());
            }
            Program<In, Out> program = Program.define("gradient", In.class, Out.class)
                    .feed("x", x)
                    .feed("w", w)
                    .fetch("gradient", gradient)
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                In in = new In(
                        GradientCheck.random("x", 1, chain.shape()), GradientCheck.random("w", 1, chain.shape()));
                return new Measured(program.run(session, in).gradient(), program.peakBytes());
            }
        }
    }

    /**
     * TensorFlow computes an operation once its inputs are there: what is computed again, from what the pass forward
     * was computed from, would be there before the gradient if it did not follow upon that.
     *
     * @param forward what the result is computed by
     * @param arriving what the gradient comes from, and nothing of the pass forward
     */
    private static void requireThatNothingBeginsEarly(
            Operand<TFloat32> gradient, Set<GraphOperation> forward, GraphOperation arriving) {
        for (GraphOperation op : ancestors(gradient)) {
            if (!forward.contains(op) && op.output(0).shape().size() >= ComputedAgain.LARGE) {
                Set<GraphOperation> before = ancestors(op);
                if (before.stream().anyMatch(b -> forward.contains(b) && b.numInputs() > 0)) {
                    assertThat(before).as(op.type() + " " + op.name()).contains(arriving);
                }
            }
        }
    }

    private static Set<GraphOperation> ancestors(Operand<TFloat32> of) {
        return ancestors((GraphOperation) of.op());
    }

    private static Set<GraphOperation> ancestors(GraphOperation of) {
        Set<GraphOperation> found = new LinkedHashSet<>(List.of(of));
        Deque<GraphOperation> open = new ArrayDeque<>(found);
        while (!open.isEmpty()) {
            GraphOperation op = open.pop();
            for (int i = 0; i < op.numInputs(); i++) {
                GraphOperation input = (GraphOperation) op.input(i).op();
                if (found.add(input)) {
                    open.push(input);
                }
            }
        }
        return found;
    }

    record Pictures(HostTensor x) {}

    record Attended(HostTensor alone, HostTensor inBatch) {}

    /** With one head, as in an autoencoder, and so many queries that two samples have room together. */
    @Test
    public void attentionOfASampleHasTheSameBitsInABatch() {
        int[] shape = {2 * 1024, 16};
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Forward f = new Forward(graph.scope());
            Operand<TFloat32> x = graph.floatInput("x", shape);
            Operand<TFloat32> first = f.tf().slice(x, f.ints(0, 0), f.ints(1024, 16));
            Operand<TFloat32> both = Attention.apply(f, x, x, x, 2, 1, Optional.empty());
            Program<Pictures, Attended> program = Program.define("attention", Pictures.class, Attended.class)
                    .feed("x", x)
                    .fetch("alone", Attention.apply(f, first, first, first, 1, 1, Optional.empty()))
                    .fetch("inBatch", f.tf().slice(both, f.ints(0, 0), f.ints(1024, 16)))
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                Attended out = program.run(session, new Pictures(GradientCheck.random("x", 1, shape)));
                assertThat(out.inBatch()).isEqualTo(out.alone());
            }
            assertThat(ancestors(both).stream().map(GraphOperation::type)).doesNotContain("BatchMatMulV2");
        }
    }
}
