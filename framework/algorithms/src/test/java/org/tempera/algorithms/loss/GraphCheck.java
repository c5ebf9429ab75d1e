package org.tempera.algorithms.loss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.HostTensor;
import org.tempera.verify.GraphOracleRunner;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Builds scalars from rows of numbers and runs them, with the gradient of "loss" for "x". */
public final class GraphCheck {
    private GraphCheck() {}

    public static HostTensor rows(double... values) {
        float[] f = new float[values.length];
        for (int i = 0; i < f.length; i++) {
            f[i] = (float) values[i];
        }
        return HostTensor.of(f, f.length);
    }

    public static Map<String, HostTensor> run(
            Map<String, HostTensor> inputs,
            BiFunction<Ops, Map<String, Operand<TFloat32>>, Map<String, Operand<TFloat32>>> builder) {
        try (GraphOracleRunner runner = new GraphOracleRunner(List.of(), new ThreadSettings(1, 1))) {
            return runner.run(in -> {
                Map<String, Operand<TFloat32>> operands = new LinkedHashMap<>();
                inputs.forEach((name, value) -> operands.put(name, in.input(name, value)));
                Map<String, Operand<TFloat32>> out =
                        new LinkedHashMap<>(builder.apply(in.scope().tf(), operands));
                out.put(
                        "gradient",
                        in.gradients(out.get("loss"), List.of(operands.get("x")))
                                .get(0));
                return out;
            });
        }
    }

    /** Largest difference between the gradient for "x" and central differences, over the largest gradient. */
    public static double gradientError(
            Map<String, HostTensor> inputs,
            float step,
            BiFunction<Ops, Map<String, Operand<TFloat32>>, Map<String, Operand<TFloat32>>> builder) {
        HostTensor gradient = run(inputs, builder).get("gradient");
        double worst = 0;
        double largest = 1e-6;
        for (int i = 0; i < gradient.size(); i++) {
            double up = moved(inputs, i, step, builder);
            double down = moved(inputs, i, -step, builder);
            worst = Math.max(worst, Math.abs((up - down) / (2 * step) - gradient.get(i)));
            largest = Math.max(largest, Math.abs(gradient.get(i)));
        }
        return worst / largest;
    }

    private static double moved(
            Map<String, HostTensor> inputs,
            int entry,
            float by,
            BiFunction<Ops, Map<String, Operand<TFloat32>>, Map<String, Operand<TFloat32>>> builder) {
        Map<String, HostTensor> other = new LinkedHashMap<>(inputs);
        HostTensor x = inputs.get("x");
        float[] data = x.data().clone();
        data[entry] += by;
        other.put("x", HostTensor.of(data, x.shape()));
        return run(other, builder).get("loss").scalarValue();
    }
}
