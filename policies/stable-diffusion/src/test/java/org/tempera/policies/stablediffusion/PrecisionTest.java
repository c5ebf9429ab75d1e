package org.tempera.policies.stablediffusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.tempera.diffusers.training.AdapterConfig.Kind;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A denoiser in bfloat16 predicts and learns as in float32 but for the rounding, and its frozen weights take half. */
public class PrecisionTest {
    private static final int TOKENS = 5;

    record In(Map<String, HostTensor> x) {}

    record Out(HostTensor predicted, HostTensor reference, Map<String, HostTensor> gradients) {}

    /**
     * @param frozenBytes of the denoiser's and autoencoder's weights that nothing trains
     * @param lastBias of the denoiser's last layer
     */
    record Run(Out out, long frozenBytes, Map<String, Long> trainedBytes, HostTensor lastBias) {}

    @DataProvider
    public Object[][] kinds() {
        return new Object[][] {{Kind.LORA, false}, {Kind.FULL, false}, {Kind.LORA, true}};
    }

    @Test(dataProvider = "kinds")
    public void isFloat32ButForTheRounding(Kind kind, boolean checkpointed) {
        Run exact = run(kind, checkpointed, Precision.FLOAT32, 0.05f);
        Run rounded = run(kind, checkpointed, Precision.BFLOAT16, 0.05f);
        assertThat(distance(rounded.out().predicted(), exact.out().predicted())).isBetween(1e-4, 0.03);
        assertThat(rounded.out().gradients().keySet())
                .isEqualTo(exact.out().gradients().keySet());
        // All as one vector: attention's own are small by themselves.
        assertThat(distance(gradients(rounded), gradients(exact))).isBetween(1e-3, 0.1);
        assertThat(rounded.trainedBytes()).isEqualTo(exact.trainedBytes());
        // Norms and biases are as before: of the published size they are less than a thousandth.
        assertThat((double) rounded.frozenBytes() / exact.frozenBytes()).isBetween(0.5, 0.55);
    }

    /** What a small adapter changes is what it changes in float32. */
    @Test
    public void aSmallAdapterCounts() {
        Run exact = run(Kind.LORA, false, Precision.FLOAT32, 3e-3f);
        Run rounded = run(Kind.LORA, false, Precision.BFLOAT16, 3e-3f);
        HostTensor expected = difference(exact.out().predicted(), exact.out().reference());
        assertThat(distance(difference(rounded.out().predicted(), rounded.out().reference()), expected))
                .isLessThan(0.2);
    }

    /** An importance ratio divides what the denoiser gives by a step's deviation, and sums it over the latent. */
    @Test
    public void whatTheDenoiserGivesIsNotRounded() {
        Run rounded = run(Kind.LORA, false, Precision.BFLOAT16, 0.05f);
        HostTensor given = rounded.out().predicted();
        int channels = rounded.lastBias().size();
        double off = 0;
        for (int i = 0; i < given.size(); i++) {
            float product = given.get(i) - rounded.lastBias().get(i % channels);
            float cut = Float.intBitsToFloat((Float.floatToRawIntBits(product) + 0x8000) & 0xffff0000);
            off += Math.abs(product - cut) / Math.abs(product);
        }
        // Of numbers of 8 bits it would be the rounding of float32.
        assertThat(off / given.size()).isBetween(5e-4, 4e-3);
    }

    private static HostTensor gradients(Run run) {
        List<HostTensor> all = List.copyOf(new TreeMap<>(run.out().gradients()).values());
        float[] joined = new float[all.stream().mapToInt(HostTensor::size).sum()];
        int at = 0;
        for (HostTensor each : all) {
            System.arraycopy(each.data(), 0, joined, at, each.size());
            at += each.size();
        }
        return HostTensor.of(joined, joined.length);
    }

    private static HostTensor difference(HostTensor a, HostTensor b) {
        float[] d = new float[a.size()];
        for (int i = 0; i < d.length; i++) {
            d[i] = a.get(i) - b.get(i);
        }
        return HostTensor.of(d, a.shape());
    }

    /** Root of the mean square of the difference, of that of what is expected. */
    private static double distance(HostTensor found, HostTensor expected) {
        double off = 0;
        double size = 0;
        for (int i = 0; i < expected.size(); i++) {
            off += Math.pow(found.get(i) - expected.get(i), 2);
            size += Math.pow(expected.get(i), 2);
        }
        assertThat(size).isPositive();
        return Math.sqrt(off / size);
    }

    private static Run run(Kind kind, boolean checkpointed, Precision precision, float moved) {
        try (DiffusionPolicy policy = TinyModel.open(kind, checkpointed);
                TrainingGraph graph = new TrainingGraph(7, precision)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            int width = TinyModel.textWidth(policy);
            Map<String, Operand<TFloat32>> x = Map.of(
                    "latents", graph.floatInput("latents", 2, 8, 8, 4),
                    "time", graph.floatInput("time", 2),
                    "text", graph.floatInput("text", 2, TOKENS, width));
            Operand<TFloat32> predicted = predict(graph, network, x, Weights.POLICY);
            Operand<TFloat32> reference = predict(graph, network, x, Weights.REFERENCE);
            Ops tf = graph.scope().tf();
            List<Parameter> trained = network.trainable();
            List<Operand<TFloat32>> gradients = graph.gradients(
                    tf.nn.l2Loss(predicted),
                    trained.stream().map(Parameter::value).toList());
            Map<String, Operand<TFloat32>> byName = new LinkedHashMap<>();
            for (int i = 0; i < trained.size(); i++) {
                byName.put(trained.get(i).name(), gradients.get(i));
            }
            Program<In, Out> program = Program.define("gradients", In.class, Out.class)
                    .feedMap("x", x)
                    .fetch("predicted", predicted)
                    .fetch("reference", reference)
                    .fetchMap("gradients", byName)
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                Random random = new Random(3);
                Map<String, HostTensor> values = Map.of(
                        "latents", TinyModel.random(random, 2, 8, 8, 4),
                        "time", HostTensor.of(new float[] {501, 21}, 2),
                        "text", TinyModel.random(random, 2, TOKENS, width));
                TinyModel.move(session, trained, moved, random);
                Map<String, Long> trainedBytes = new LinkedHashMap<>();
                trained.forEach(p -> trainedBytes.put(p.name(), p.bytes()));
                return new Run(
                        program.run(session, new In(values)),
                        graph.parameters().stream()
                                .filter(p -> !p.trainable())
                                .mapToLong(Parameter::bytes)
                                .sum(),
                        trainedBytes,
                        session.read(graph.parameters().stream()
                                .filter(p ->
                                        p.name().contains("unet") && p.name().endsWith("conv_out.bias"))
                                .findFirst()
                                .orElseThrow()));
            }
        }
    }

    private static Operand<TFloat32> predict(
            TrainingGraph graph, PolicyNetwork network, Map<String, Operand<TFloat32>> x, Weights weights) {
        return network.predict(
                graph.scope().child("predict"),
                Objects.requireNonNull(x.get("latents")),
                Objects.requireNonNull(x.get("time")),
                Conditioning.ofTextStates(Objects.requireNonNull(x.get("text"))),
                weights);
    }
}
