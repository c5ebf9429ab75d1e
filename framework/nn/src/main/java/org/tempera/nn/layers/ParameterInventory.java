package org.tempera.nn.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.nn.weights.KnownWeights;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** The names, layouts and shapes that a model declares, without a graph: what its weight files must hold. */
public final class ParameterInventory implements ParameterSource {
    private static final int LISTED = 50;
    private static final int LISTED_OF_ANOTHER = 3;

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** A declared parameter; the shape is in the graph's layout. */
    public record Entry(Layout layout, Shape shape) {
        /** Its shape in PyTorch's files. */
        public Shape fileShape() {
            return layout.fileShape(shape);
        }
    }

    @Override
    public Weight weight(String name, Layout layout, Shape shape, Initializer fresh) {
        if (entries.put(name, new Entry(layout, shape)) != null) {
            throw new IllegalArgumentException("the model declares '" + name + "' twice");
        }
        return new Weight() {
            @Override
            public Operand<TFloat32> value(Weights which) {
                throw new IllegalStateException("'" + name + "' is in an inventory only, not in a graph");
            }

            @Override
            public boolean trained(Weights which) {
                return false;
            }
        };
    }

    /** All that was declared, in order. */
    public Map<String, Entry> entries() {
        return Map.copyOf(entries);
    }

    /** Names in the order in which they were declared. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** How many numbers the parameters hold. */
    public long parameterCount() {
        long sum = 0;
        for (Entry e : entries.values()) {
            sum += e.shape().size();
        }
        return sum;
    }

    /**
     * Fails unless the file holds these tensors, of these shapes, and no others.
     *
     * @param what the model, for the message
     * @param naming how the file's names differ from the model's
     * @throws UserException listing every missing, mis-shaped and surplus tensor
     */
    public void require(String what, TensorSource source, TensorNaming naming) {
        List<String> missing = new ArrayList<>();
        List<String> misshaped = new ArrayList<>();
        List<String> surplus = new ArrayList<>();
        Map<String, String> found = naming.byModelName(source);
        for (Map.Entry<String, Entry> e : entries.entrySet()) {
            String name = e.getKey();
            Entry want = e.getValue();
            String stored = found.get(name);
            if (stored == null) {
                missing.add(name + " " + want.fileShape());
            } else if (!want.layout().accepts(want.shape(), source.info(stored).shape())) {
                misshaped.add(stored + ": expected " + want.fileShape() + ", found "
                        + source.info(stored).shape());
            }
        }
        for (Map.Entry<String, String> e : found.entrySet()) {
            if (!entries.containsKey(e.getKey())) {
                surplus.add(e.getValue() + " " + source.info(e.getValue()).shape());
            }
        }
        if (missing.isEmpty() && misshaped.isEmpty() && surplus.isEmpty()) {
            return;
        }
        // Where nothing fits the names would only hide what matters.
        boolean other = missing.size() > entries.size() / 2;
        int listed = missing.size() == entries.size() ? LISTED_OF_ANOTHER : LISTED;
        Optional<String> known = other ? KnownWeights.recognise(source.names()) : Optional.empty();
        StringBuilder message = new StringBuilder(source.path() + ": the weights do not fit the configuration of the "
                + what + ", " + (missing.size() + misshaped.size() + surplus.size()) + " problem(s):");
        append(message, "missing", missing, listed);
        append(message, "of another shape", misshaped, listed);
        append(message, "surplus", surplus, listed);
        known.ifPresent(k -> message.append("\nThe names look like those of ")
                .append(k)
                .append(": another architecture. Give the weights of the ")
                .append(what)
                .append('.'));
        if (known.isEmpty()) {
            message.append("\nCheck that config.json and the weights belong to one model.");
        }
        throw new UserException(message.toString());
    }

    private static void append(StringBuilder message, String title, List<String> lines, int listed) {
        if (lines.isEmpty()) {
            return;
        }
        message.append("\n  ").append(lines.size()).append(' ').append(title).append(':');
        lines.stream().sorted().limit(listed).forEach(line -> message.append("\n    ")
                .append(line));
        if (lines.size() > listed) {
            message.append("\n    and ").append(lines.size() - listed).append(" more");
        }
    }
}
