package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** Gradients pass the reducer before their mean is taken, measured and clipped. */
public class GradientReducerTest {
    record Gradient(HostTensor gradient) {}

    record Nothing() {}

    record Optimizer(HostTensor numbers) {}

    record Norm(HostTensor norm) {}

    @Test
    public void twoWorkersWithTheSameGradientsStepAsOne() {
        GradientReducer twins = new GradientReducer() {
            @Override
            public Operand<TFloat32> sum(GraphScope scope, int group, Operand<TFloat32> gradients) {
                return scope.tf().math.add(gradients, gradients);
            }

            @Override
            public int workers() {
                return 2;
            }
        };
        // The clip at 1 binds: a sum taken after it would step further.
        assertThat(step(twins)).isEqualTo(step(GradientReducer.alone()));
    }

    /** The norm before clipping, and the parameter after one step. */
    private static Map<String, HostTensor> step(GradientReducer reducer) {
        OptimizerSettings settings = new OptimizerSettings(0.1, 0.1, 0, 0.9, 0.999, 1e-8, 0, 1);
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Parameter x = graph.scope().parameter("x", Shape.of(2), Initializer.zeros(), true);
            AdamW adam = new AdamW(graph, "test", List.of(x), settings, 0.1, 1, reducer);
            Operand<TFloat32> gradient = graph.floatInput("gradient", 2);
            Program<Gradient, Nothing> accumulate = Program.define("accumulate", Gradient.class, Nothing.class)
                    .feed("gradient", gradient)
                    .target(adam.accumulate(graph.scope(), List.of(gradient), 0))
                    .build();
            AdamW.Application application = adam.apply(graph.scope());
            Program<Optimizer, Norm> apply = Program.define("apply", Optimizer.class, Norm.class)
                    .feed("numbers", adam.feed())
                    .fetch("norm", application.gradientNorm())
                    .target(application.op())
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                accumulate.run(session, new Gradient(HostTensor.of(new float[] {3, 4}, 2)));
                HostTensor norm =
                        apply.run(session, new Optimizer(adam.step(0, 1))).norm();
                assertThat(norm.scalarValue()).isEqualTo(5);
                return Map.of("norm", norm, "x", session.read(x));
            }
        }
    }
}
