package org.tempera.nn.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.nn.weights.TensorCheck;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.ParameterValues;
import org.tempera.spi.graph.Precision;
import org.tensorflow.ndarray.Shape;

/**
 * Declares parameters as variables of the graph, read from a file or drawn at random, and writes them back in PyTorch's
 * layout.
 */
public final class GraphParameters implements ParameterSource {
    private final GraphScope scope;
    private final boolean trainable;
    private final Values values;
    private final Map<String, Stored> stored = new LinkedHashMap<>();

    private interface Values {
        Initializer of(String name, Layout layout, Shape shape, Initializer fresh);
    }

    /** A variable and how it lies in files. */
    public record Stored(Parameter parameter, Layout layout) {
        /** A value or gradient in the file's layout. */
        public HostTensor toFile(HostTensor value) {
            return HostTensor.of(
                    layout.toFile(value.data(), parameter.shape()), toInt(layout.fileShape(parameter.shape())));
        }
    }

    private GraphParameters(GraphScope scope, boolean trainable, Values values) {
        this.scope = scope;
        this.trainable = trainable;
        this.values = values;
    }

    /** Trainable parameters with random first values, which follow from the graph's seed and their names. */
    public static GraphParameters fresh(GraphScope scope) {
        return new GraphParameters(scope, true, (name, layout, shape, fresh) -> fresh);
    }

    /**
     * Parameters under the model's own names in a file. See {@link #fromFiles(GraphScope,
     * TensorSource, TensorNaming, boolean)}.
     */
    public static GraphParameters fromFiles(GraphScope scope, TensorSource source, boolean trainable) {
        return fromFiles(scope, source, TensorNaming.same(), trainable);
    }

    /**
     * Parameters read from a file, one at a time, when the session starts: {@code source} must stay open until then.
     * Check names and shapes before with {@link ParameterInventory#require}.
     *
     * <p>A NaN or an infinite number in the file is a {@link org.tempera.spi.UserException} when the session starts,
     * and where networks multiply in bfloat16 so is a weight that is infinite once it is rounded to that.
     */
    public static GraphParameters fromFiles(
            GraphScope scope, TensorSource source, TensorNaming naming, boolean trainable) {
        Map<String, String> names = naming.byModelName(source);
        return new GraphParameters(scope, trainable, (name, layout, shape, fresh) -> {
            String stored = names.getOrDefault(name, name);
            boolean rounded = scope.precision() == Precision.BFLOAT16 && isMultipliedWith(layout);
            return Initializer.values(target -> {
                if (rounded) {
                    TensorCheck.readForBfloat16(source, stored, layout.intoGraph(shape, target));
                } else {
                    TensorCheck.readFinite(source, stored, layout.intoGraph(shape, target));
                }
            });
        });
    }

    /** What lies in files as it lies in the graph is added or looked up. */
    private static boolean isMultipliedWith(Layout layout) {
        return layout != Layout.SAME;
    }

    @Override
    public Weight weight(String name, Layout layout, Shape shape, Initializer fresh) {
        Initializer initial = values.of(name, layout, shape, fresh);
        Parameter parameter = trainable || !isMultipliedWith(layout)
                ? scope.parameter(name, shape, initial, trainable)
                : scope.frozenWeight(name, shape, initial);
        stored.put(name, new Stored(parameter, layout));
        return Weight.of(parameter);
    }

    /**
     * The variable that was given out under a name.
     *
     * @throws IllegalArgumentException if none was
     */
    public Parameter parameter(String name) {
        Stored found = stored.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no weight '" + name + "' was given out");
        }
        return found.parameter();
    }

    /** The variables by their names in files, in order of declaration. */
    public Map<String, Stored> stored() {
        return new LinkedHashMap<>(stored);
    }

    /** The variables, in order of declaration. */
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        stored.values().forEach(s -> all.add(s.parameter()));
        return all;
    }

    /** Adds every variable to a safetensors file, in PyTorch's layout, as F16 or F32. */
    public void write(SafetensorsWriter writer, ParameterValues current, boolean half) {
        stored.forEach((name, s) -> {
            HostTensor file = s.toFile(current.read(s.parameter()));
            Shape shape = s.layout().fileShape(s.parameter().shape());
            if (half) {
                writer.addHalfs(name, shape, file.data());
            } else {
                writer.addFloats(name, shape, file.data());
            }
        });
    }

    private static int[] toInt(Shape shape) {
        long[] l = shape.asArray();
        int[] s = new int[l.length];
        for (int i = 0; i < s.length; i++) {
            s[i] = Math.toIntExact(l[i]);
        }
        return s;
    }
}
