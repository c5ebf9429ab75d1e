package org.tempera.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.tempera.base.random.StatelessRandom;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Compares the gradients of a layer with finite differences, for its inputs and all its parameters. */
final class GradientCheck {
    private static final float STEP = 1e-2f;
    private static final int ENTRIES = 12;

    private GradientCheck() {}

    record In(Map<String, HostTensor> x) {}

    record Out(float loss, Map<String, HostTensor> gradients) {}

    record Layer(Forward forward, GraphParameters parameters, List<Operand<TFloat32>> inputs) {}

    /**
     * Builds the layer over inputs of these shapes; fails where a gradient is off by more than {@code tolerance} of the
     * largest.
     */
    static void check(
            double tolerance, BiFunction<Layer, Operand<TFloat32>[], Operand<TFloat32>> builder, int[]... shapes) {
        check(new TrainingGraph(3), tolerance, builder, shapes);
        check(TrainingGraph.withStepwiseGradients(3), tolerance, builder, shapes);
    }

    private static void check(
            TrainingGraph opened,
            double tolerance,
            BiFunction<Layer, Operand<TFloat32>[], Operand<TFloat32>> builder,
            int[]... shapes) {
        try (TrainingGraph graph = opened) {
            @SuppressWarnings({"unchecked", "rawtypes"})
            Operand<TFloat32>[] x = new Operand[shapes.length];
            Map<String, Operand<TFloat32>> inputs = new LinkedHashMap<>();
            Map<String, HostTensor> values = new LinkedHashMap<>();
            for (int i = 0; i < shapes.length; i++) {
                x[i] = graph.floatInput("x" + i, shapes[i]);
                inputs.put("x" + i, x[i]);
                values.put("x" + i, random("x" + i, 1, shapes[i]));
            }
            GraphParameters parameters = GraphParameters.fresh(graph.scope().child("layer"));
            Forward f = new Forward(graph.scope().child("forward"));
            Operand<TFloat32> y = builder.apply(new Layer(f, parameters, List.of(x)), x);
            int[] s = Forward.sizes(y);
            var tf = f.tf();
            HostTensor weights = random("weights", 1, s);
            Operand<TFloat32> w = graph.floatInput("w", s);
            inputs.put("w", w);
            values.put("w", weights);
            Operand<TFloat32> loss =
                    tf.reduceSum(tf.reshape(tf.math.mul(y, w), tf.constant(new int[] {-1})), tf.constant(0));
            List<Operand<TFloat32>> wrt = new ArrayList<>(List.of(x));
            List<Parameter> owned = parameters.parameters();
            owned.forEach(p -> wrt.add(p.value()));
            List<Operand<TFloat32>> gradients = graph.gradients(loss, wrt);
            Map<String, Operand<TFloat32>> fetched = new LinkedHashMap<>();
            for (int i = 0; i < gradients.size(); i++) {
                fetched.put(String.valueOf(i), gradients.get(i));
            }
            Program<In, Out> program = Program.define("check", In.class, Out.class)
                    .feedMap("x", inputs)
                    .fetch("loss", loss)
                    .fetchMap("gradients", fetched)
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                for (Parameter p : owned) {
                    int[] ps = session.read(p).shape();
                    HostTensor noise = random(p.name(), 0.5, ps);
                    float[] moved = session.read(p).data().clone();
                    for (int i = 0; i < moved.length; i++) {
                        moved[i] += noise.get(i);
                    }
                    session.write(p, HostTensor.of(moved, ps));
                }
                Out analytic = program.run(session, new In(values));
                for (int i = 0; i < wrt.size(); i++) {
                    HostTensor gradient = analytic.gradients().get(String.valueOf(i));
                    double largest = 1e-3;
                    for (float g : gradient.data()) {
                        largest = Math.max(largest, Math.abs(g));
                    }
                    int stride = Math.max(1, gradient.size() / ENTRIES);
                    for (int k = 0; k < gradient.size(); k += stride) {
                        double up = lossAt(program, session, values, i, shapes.length, owned, k, STEP);
                        double down = lossAt(program, session, values, i, shapes.length, owned, k, -STEP);
                        double numeric = (up - down) / (2 * STEP);
                        assertThat(Math.abs(numeric - gradient.get(k)) / largest)
                                .as(
                                        "input or parameter %d, entry %d: numeric %f, analytic %f",
                                        i, k, numeric, gradient.get(k))
                                .isLessThan(tolerance);
                    }
                }
            }
        }
    }

    private static double lossAt(
            Program<In, Out> program,
            TrainingSession session,
            Map<String, HostTensor> values,
            int index,
            int inputCount,
            List<Parameter> owned,
            int entry,
            float step) {
        if (index < inputCount) {
            String key = "x" + index;
            Map<String, HostTensor> moved = new LinkedHashMap<>(values);
            HostTensor x = moved.get(key);
            float[] data = x.data().clone();
            data[entry] += step;
            moved.put(key, HostTensor.of(data, x.shape()));
            return program.run(session, new In(moved)).loss();
        }
        Parameter p = owned.get(index - inputCount);
        HostTensor before = session.read(p);
        float[] data = before.data().clone();
        data[entry] += step;
        session.write(p, HostTensor.of(data, before.shape()));
        double loss = program.run(session, new In(values)).loss();
        session.write(p, before);
        return loss;
    }

    static HostTensor random(String name, double scale, int... shape) {
        int size = 1;
        for (int d : shape) {
            size *= d;
        }
        StatelessRandom random = StatelessRandom.of(11, name);
        float[] data = new float[size];
        for (int i = 0; i < size; i++) {
            data[i] = (float) (scale * random.nextGaussian());
        }
        return HostTensor.of(data, shape);
    }
}
