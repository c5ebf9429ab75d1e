package org.tempera.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Large layers, whose gradients keep less, have the gradients of small ones to the bit. */
public class ComputedAgainTest {
    private static final int[] SHAPE = {1, 32, 32, 1024};
    private static final int LAYERS = 3;
    private static final long TENSOR = 4 * ComputedAgain.LARGE;

    record In(HostTensor x, HostTensor w) {}

    record Out(HostTensor gradient) {}

    /** Layers one after the other. */
    private enum Chain {
        NORM {
            @Override
            Operand<TFloat32> build(Forward f, GroupNorm norm, Operand<TFloat32> h) {
                return norm.apply(f, h, Activation.SILU);
            }
        },
        NORM_THAT_KEEPS {
            @Override
            Operand<TFloat32> build(Forward f, GroupNorm norm, Operand<TFloat32> h) {
                return Activation.SILU.apply(f, norm.apply(f, h));
            }
        },
        GATE {
            @Override
            Operand<TFloat32> build(Forward f, GroupNorm norm, Operand<TFloat32> h) {
                return Activation.gatedGelu(f, h, h);
            }
        },
        GATE_THAT_KEEPS {
            @Override
            Operand<TFloat32> build(Forward f, GroupNorm norm, Operand<TFloat32> h) {
                List<Operand<TFloat32>> halves = new ArrayList<>();
                for (int row : new int[] {0, SHAPE[1] / 2}) {
                    halves.add(Activation.gatedGelu(f, half(f, h, row), half(f, h, row)));
                }
                return f.concat(halves, 1);
            }

            private Operand<TFloat32> half(Forward f, Operand<TFloat32> x, int row) {
                return f.tf().slice(x, f.ints(0, row, 0, 0), f.ints(1, SHAPE[1] / 2, SHAPE[2], SHAPE[3]));
            }
        };

        abstract Operand<TFloat32> build(Forward f, GroupNorm norm, Operand<TFloat32> h);
    }

    private record Measured(HostTensor gradient, long peakBytes) {}

    @DataProvider
    public static Object[][] chains() {
        return new Object[][] {
            {Chain.NORM, Chain.NORM_THAT_KEEPS, false},
            {Chain.NORM, Chain.NORM_THAT_KEEPS, true},
            {Chain.GATE, Chain.GATE_THAT_KEEPS, false},
            {Chain.GATE, Chain.GATE_THAT_KEEPS, true}
        };
    }

    /** Each layer but the one whose gradient is being taken keeps two tensors less. */
    @Test(dataProvider = "chains")
    public void sameBitsForLess(Chain again, Chain kept, boolean stepwise) {
        Measured found = measured(again, stepwise);
        Measured expected = measured(kept, stepwise);
        assertThat(found.gradient()).isEqualTo(expected.gradient());
        assertThat(found.peakBytes()).isLessThanOrEqualTo(expected.peakBytes() - 2 * (LAYERS - 1) * TENSOR);
    }

    private static Measured measured(Chain chain, boolean stepwise) {
        try (TrainingGraph graph = stepwise ? TrainingGraph.withStepwiseGradients(1) : new TrainingGraph(1)) {
            Forward f = new Forward(graph.scope().child("forward"));
            GroupNorm norm = new GroupNorm(GraphParameters.fresh(graph.scope().child("layer")), SHAPE[3], 4, 1e-5);
            Operand<TFloat32> x = graph.floatInput("x", SHAPE);
            Operand<TFloat32> w = graph.floatInput("w", SHAPE);
            Operand<TFloat32> h = x;
            for (int i = 0; i < LAYERS; i++) {
                h = chain.build(f, norm, h);
            }
            Operand<TFloat32> loss = f.tf().reduceSum(f.reshape(f.multiply(h, w), -1), f.tf().constant(0));
            Program<In, Out> program = Program.define("gradient", In.class, Out.class)
                    .feed("x", x)
                    .feed("w", w)
                    .fetch("gradient", graph.gradients(loss, List.of(x)).get(0))
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                In in = new In(GradientCheck.random("x", 1, SHAPE), GradientCheck.random("w", 1, SHAPE));
                return new Measured(program.run(session, in).gradient(), program.peakBytes());
            }
        }
    }
}
