package org.tempera.core.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.BiFunction;
import org.tempera.core.graph.Program;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.graph.TrainingSession;
import org.tempera.nn.layers.Convolution;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.layers.NearestUpsampling;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** Layers that are computed in a cheaper form give the numbers of the plain one. */
public class EquivalentFormsTest {
    record In(HostTensor x) {}

    record Out(HostTensor cheap, HostTensor plain) {}

    /** Builds both forms; the plain one is the second. */
    private static void check(
            int[] shape,
            double tolerance,
            BiFunction<GraphParameters, Forward, BiFunction<Operand<TFloat32>, Boolean, Operand<TFloat32>>> layer) {
        try (TrainingGraph graph = new TrainingGraph(7)) {
            Operand<TFloat32> x = graph.floatInput("x", shape);
            Forward f = new Forward(graph.scope().child("forward"));
            var form = layer.apply(GraphParameters.fresh(graph.scope().child("layer")), f);
            Program<In, Out> program = Program.define("forms", In.class, Out.class)
                    .feed("x", x)
                    .fetch("cheap", form.apply(x, true))
                    .fetch("plain", form.apply(x, false))
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                Out out = program.run(session, new In(GradientCheck.random("x", 1, shape)));
                assertThat(out.cheap().shape()).isEqualTo(out.plain().shape());
                for (int i = 0; i < out.plain().size(); i++) {
                    assertThat(out.cheap().get(i)).isCloseTo(out.plain().get(i), within((float) tolerance));
                }
            }
        }
    }

    @Test
    public void convolutionOfADoubledImage() {
        check(new int[] {2, 3, 5, 4}, 1e-6, (parameters, f) -> {
            Convolution c = new Convolution(parameters, 4, 3, 3);
            return (x, cheap) ->
                    cheap ? c.applyEnlarged(f, x, 6, 10) : c.apply(f, NearestUpsampling.apply(f, x, 6, 10));
        });
    }

    @Test
    public void convolutionOfAnImageEnlargedToAnOddSize() {
        check(new int[] {1, 3, 2, 4}, 0, (parameters, f) -> {
            Convolution c = new Convolution(parameters, 4, 3, 3);
            return (x, cheap) -> cheap ? c.applyEnlarged(f, x, 5, 3) : c.apply(f, NearestUpsampling.apply(f, x, 5, 3));
        });
    }
}
