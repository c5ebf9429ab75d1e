package org.tempera.algorithms.critic;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;

/**
 * A critic from a safetensors file in PyTorch's layout: {@code layers.<i>.weight} [out, in] and {@code layers.<i>.bias}
 * [out], in the order of i, which may have gaps.
 *
 * @param layers from input to output
 */
public record StoredCritic(List<Layer> layers) {
    /**
     * A layer of the file.
     *
     * @param index the number in its tensors' names
     * @param in its inputs
     * @param out its outputs
     * @param weight {@code [out, in]} row-major
     * @param bias {@code [out]}
     */
    @SuppressWarnings("ArrayRecordComponent") // not copied, compared with none
    public record Layer(int index, int in, int out, float[] weight, float[] bias) {
        public String weightKey() {
            return "layers." + index + ".weight";
        }

        public String biasKey() {
            return "layers." + index + ".bias";
        }
    }

    private static final Pattern KEY = Pattern.compile("layers\\.(\\d{1,6})\\.(weight|bias)");

    /**
     * Reads a file.
     *
     * @throws UserException if a tensor is missing, surplus or mis-shaped, all of them named
     */
    public static StoredCritic read(Path file) {
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            List<String> problems = new ArrayList<>();
            TreeSet<Integer> indices = new TreeSet<>();
            for (String name : f.names()) {
                Matcher m = KEY.matcher(name);
                if (m.matches()) {
                    indices.add(Integer.valueOf(m.group(1)));
                } else {
                    problems.add("'" + name + "' is neither layers.<i>.weight nor layers.<i>.bias");
                }
            }
            List<Layer> layers = new ArrayList<>();
            for (int i : indices) {
                String weight = "layers." + i + ".weight";
                String bias = "layers." + i + ".bias";
                if (!f.names().contains(weight) || !f.names().contains(bias)) {
                    problems.add(weight + " and " + bias + " are needed both, found one");
                    continue;
                }
                HostTensor w = f.readTensor(weight);
                HostTensor b = f.readTensor(bias);
                if (w.rank() != 2 || b.rank() != 1 || w.size(0) != b.size(0)) {
                    problems.add(weight + " must be [out, in] and " + bias + " [out], found "
                            + Arrays.toString(w.shape()) + " and " + Arrays.toString(b.shape()));
                    continue;
                }
                layers.add(new Layer(i, w.size(1), w.size(0), w.data(), b.data()));
            }
            if (indices.isEmpty()) {
                problems.add("it holds no layer");
            }
            for (int i = 0; i < layers.size() && problems.isEmpty(); i++) {
                boolean last = i == layers.size() - 1;
                int wanted = last ? 1 : layers.get(i + 1).in();
                if (layers.get(i).out() != wanted) {
                    problems.add(layers.get(i).weightKey() + " gives "
                            + layers.get(i).out() + " numbers, but "
                            + (last ? "a critic ends in one" : "the next layer takes " + wanted));
                }
            }
            if (!problems.isEmpty()) {
                throw new UserException(file + " is no critic: " + String.join("; ", problems));
            }
            return new StoredCritic(layers);
        }
    }

    /** Numbers in a row of features. */
    public int featureWidth() {
        return layers.get(0).in();
    }

    /** The critic in the graph: affine, without dropout or timestep, its features given. */
    public TemporalMlpNetwork build(GraphScope scope) {
        List<DenseStack.Plan> plans = new ArrayList<>();
        for (Layer l : layers) {
            plans.add(new DenseStack.Plan(
                    l.in(), l.out(), Initialisation.REFERENCE.deviation(featureWidth(), l.in(), 1), 0, Optional.of(l)));
        }
        return new TemporalMlpNetwork(
                new CriticFeatures.Given(featureWidth()),
                TimestepInput.NONE,
                1,
                new DenseStack(scope, plans, Nonlinearity.NONE));
    }
}
