package org.tempera.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** In bfloat16 layers give the numbers and gradients of float32 but for the rounding, and round indeed. */
public class Bfloat16Test {
    /** Of the largest number: some units in the last of bfloat16's 8 binary places. */
    private static final double TOLERANCE = 0.03;

    record In(Map<String, HostTensor> x) {}

    record Out(Map<String, HostTensor> found) {}

    /** A layer over two inputs. */
    private interface Layer {
        Operand<TFloat32> apply(Forward f, ParameterSource source, Operand<TFloat32> x, Operand<TFloat32> y);
    }

    /** @param shapes of the two inputs; of the second only an attention makes use */
    private record Case(String name, Layer layer, int[]... shapes) {
        @Override
        public String toString() {
            return name;
        }
    }

    @DataProvider
    public Object[] layers() {
        int[] none = {1};
        int[] image = {2, 8, 6, 4};
        return new Object[] {
            new Case("matrix", (f, s, x, y) -> new Linear(s, 12, 9, true).apply(f, x), new int[] {10, 12}, none),
            new Case(
                    "matrix in parts",
                    (f, s, x, y) -> f.concat(new Linear(s, 12, 8, true).applyInParts(f, x, 2), 1),
                    new int[] {10, 12},
                    none),
            new Case("convolution", (f, s, x, y) -> new Convolution(s, 4, 5, 3).apply(f, x), image, none),
            new Case("strided", (f, s, x, y) -> new Convolution(s, 4, 5, 3, 2, 1, 1).apply(f, x), image, none),
            new Case("enlarged", (f, s, x, y) -> new Convolution(s, 4, 5, 3).applyEnlarged(f, x, 16, 12), image, none),
            new Case(
                    "in bands",
                    (f, s, x, y) -> {
                        Convolution c = new Convolution(s, 4, 5, 3, 1, 0, 0);
                        return RowBands.convolve(f, x, 3, 3, band -> c.apply(f, band));
                    },
                    image,
                    none),
            new Case(
                    "patches",
                    (f, s, x, y) -> new PatchEmbedding(s, 8, 4, 6, true).apply(f, x, f.tf().constant(new float[6])),
                    new int[] {2, 8, 8, 3},
                    none),
            new Case(
                    "attention",
                    (f, s, x, y) -> Attention.apply(f, x, y, y, 2, 2, Optional.empty()),
                    new int[] {10, 8},
                    new int[] {6, 8}),
            new Case("attention by queries", frugal(2 * 3), new int[] {10, 4}, new int[] {6, 4}),
            new Case("attention by heads", frugal(5 * 3), new int[] {10, 4}, new int[] {6, 4}),
            new Case("attention of two heads", frugal(1000), new int[] {10, 4}, new int[] {6, 4}),
        };
    }

    private static Layer frugal(long most) {
        return (f, s, x, y) -> new FrugalAttention(1, 2, 5, 3, 4, most)
                .apply(f, f.reshape(x, 1, 2, 5, 4), f.reshape(y, 1, 2, 3, 4), f.reshape(y, 1, 2, 3, 4));
    }

    @Test(dataProvider = "layers")
    public void isNearFloat32AndRounds(Case layer) {
        Map<String, HostTensor> exact = run(layer, new TrainingGraph(3));
        Map<String, HostTensor> rounded = run(layer, new TrainingGraph(3, Precision.BFLOAT16));
        assertNear(rounded, exact);
        assertThat(rounded.get("output")).isNotEqualTo(exact.get("output"));
        assertNear(run(layer, TrainingGraph.withStepwiseGradients(3, Precision.BFLOAT16)), exact);
    }

    private static void assertNear(Map<String, HostTensor> found, Map<String, HostTensor> expected) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, exact) -> {
            double largest = 0;
            double off = 0;
            for (int i = 0; i < exact.size(); i++) {
                largest = Math.max(largest, Math.abs(exact.get(i)));
                off = Math.max(off, Math.abs(exact.get(i) - found.get(name).get(i)));
            }
            assertThat(largest).as(name).isPositive();
            assertThat(off / largest).as(name).isLessThan(TOLERANCE);
        });
    }

    /** The output, and the gradients of a weighted sum of it with respect to inputs and parameters, all trained. */
    private static Map<String, HostTensor> run(Case layer, TrainingGraph opened) {
        try (TrainingGraph graph = opened) {
            Map<String, Operand<TFloat32>> inputs = new LinkedHashMap<>();
            Map<String, HostTensor> values = new LinkedHashMap<>();
            List<Operand<TFloat32>> wrt = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Operand<TFloat32> x = graph.floatInput("x" + i, layer.shapes()[i]);
                inputs.put("x" + i, x);
                values.put("x" + i, GradientCheck.random("x" + i, 1, layer.shapes()[i]));
                if (layer.shapes()[i].length > 1) {
                    wrt.add(x);
                }
            }
            GraphParameters parameters = GraphParameters.fresh(graph.scope().child("layer"));
            Forward f = new Forward(graph.scope().child("forward"));
            Operand<TFloat32> y = layer.layer().apply(f, parameters, inputs.get("x0"), inputs.get("x1"));
            int[] s = Forward.sizes(y);
            Ops tf = f.tf();
            inputs.put("w", graph.floatInput("w", s));
            values.put("w", GradientCheck.random("w", 1, s));
            Operand<TFloat32> loss = tf.reduceSum(
                    tf.reshape(tf.math.mul(y, inputs.get("w")), tf.constant(new int[] {-1})), tf.constant(0));
            parameters.parameters().forEach(p -> wrt.add(p.value()));
            List<Operand<TFloat32>> gradients = graph.gradients(loss, wrt);
            Map<String, Operand<TFloat32>> fetched = new LinkedHashMap<>(Map.of("output", y));
            for (int i = 0; i < gradients.size(); i++) {
                fetched.put("gradient " + i, gradients.get(i));
            }
            Program<In, Out> program = Program.define("layer", In.class, Out.class)
                    .feedMap("x", inputs)
                    .fetchMap("found", fetched)
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                return program.run(session, new In(values)).found();
            }
        }
    }

    /** Half of the memory, and the values are those of the file, rounded to the nearest. */
    @Test
    public void frozenWeightsAreStoredInHalf() {
        float[] values = {1, 1.0039062f, 1.01171875f, -3.14159f, 1e-20f, 65504};
        float[] nearest = {1, 1, 1.015625f, -3.140625f, 0x1.7ap-67f, 65536};
        Shape shape = Shape.of(2, 3);
        try (TrainingGraph graph = new TrainingGraph(3, Precision.BFLOAT16)) {
            GraphScope scope = graph.scope();
            Initializer given = Initializer.values(target -> target.put(values));
            Parameter frozen = scope.frozenWeight("frozen", shape, given);
            Parameter trained = scope.parameter("trained", shape, given, true);
            Parameter added = scope.parameter("added", shape, given, false);
            assertThat(frozen.bytes()).isEqualTo(12);
            assertThat(trained.bytes()).isEqualTo(24);
            assertThat(frozen.trainable()).isFalse();
            assertThat(scope.rounded(frozen.value()).type())
                    .isEqualTo(scope.rounded(trained.value()).type());
            assertThat(scope.rounded(frozen.value()).op().type()).isEqualTo("ReadVariableOp");
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                assertThat(session.read(frozen).data()).containsExactly(nearest);
                assertThat(session.read(trained).data()).containsExactly(values);
                assertThat(session.read(added).data()).containsExactly(values);
                session.write(frozen, HostTensor.of(new float[] {2, 2, 2, 2, 2, 2.001f}, 2, 3));
                assertThat(session.read(frozen).data()).containsOnly(2);
            }
        }
        try (TrainingGraph graph = new TrainingGraph(3)) {
            assertThat(graph.scope()
                            .frozenWeight("frozen", shape, Initializer.zeros())
                            .bytes())
                    .isEqualTo(24);
        }
    }

    /** Of a file, when the session starts: what comes of infinity would be laid to the training. */
    @Test
    public void aWeightThatItDoesNotHoldIsNamed() throws IOException {
        Path folder = Files.createTempDirectory("bfloat16");
        Path file = folder.resolve("linear.safetensors");
        try {
            new SafetensorsWriter()
                    .addFloats("weight", Shape.of(1, 2), new float[] {1, -3.4e38f})
                    .addFloats("bias", Shape.of(1), new float[] {3.4e38f})
                    .write(file);
            try (TensorSource source = SafetensorsFile.open(file)) {
                for (boolean trainable : new boolean[] {false, true}) {
                    assertThatThrownBy(() -> start(source, Precision.BFLOAT16, trainable))
                            .isInstanceOf(UserException.class)
                            .hasMessageContaining(file + ": tensor 'weight' [1, 2]: expected numbers within the range"
                                    + " of bfloat16, found 1 of 2 beyond it (first: -3.4E38 at index 1).");
                    start(source, Precision.FLOAT32, trainable);
                }
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static void start(TensorSource source, Precision precision, boolean trainable) {
        try (TrainingGraph graph = new TrainingGraph(3, precision)) {
            new Linear(GraphParameters.fromFiles(graph.scope(), source, trainable), 2, 1, true);
            graph.seal(new ThreadSettings(1, 1));
        }
    }

    /** What many products read is rounded once. */
    @Test
    public void aValueIsRoundedOnce() {
        try (TrainingGraph graph = new TrainingGraph(3, Precision.BFLOAT16)) {
            Operand<TFloat32> x = graph.floatInput("x", 2, 2);
            GraphScope one = graph.scope().child("one");
            GraphScope other = graph.scope().child("other");
            assertThat(other.rounded(x).asOutput()).isEqualTo(one.rounded(x).asOutput());
            assertThat(new Forward(one, Weights.POLICY).precision()).isEqualTo(Precision.BFLOAT16);
        }
    }
}
