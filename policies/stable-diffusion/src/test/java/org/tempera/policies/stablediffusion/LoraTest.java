package org.tempera.policies.stablediffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.random.StatelessRandom;
import org.tempera.diffusers.training.AdapterConfig;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyProvider.AdapterFile;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class LoraTest {
    private static final List<String> TARGETS = List.of("to_q", "to_out.0", "proj_in", "ff.net.2", "conv1");

    record In(Map<String, HostTensor> x) {}

    record Out(HostTensor policy, HostTensor reference, float loss, Map<String, HostTensor> gradients) {}

    /** The model in a graph, with the sum of its output times fixed numbers as a loss. */
    private static final class Fixture implements AutoCloseable {
        final DiffusionPolicy policy;
        final TrainingGraph graph = new TrainingGraph(7);
        final PolicyNetwork network;
        final Map<String, HostTensor> values = new LinkedHashMap<>();
        final Program<In, Out> program;
        final TrainingSession session;

        Fixture(DiffusionPolicy policy) {
            this.policy = policy;
            this.network = policy.build(graph.scope().child("policy"));
            Map<String, Operand<TFloat32>> x = new LinkedHashMap<>();
            for (Map.Entry<String, int[]> e : Map.of(
                            "latent", new int[] {2, 4, 4, 4},
                            "text", new int[] {2, 5, TinyModel.textWidth(policy)},
                            "time", new int[] {2},
                            "w", new int[] {2, 4, 4, 4})
                    .entrySet()) {
                x.put(e.getKey(), graph.floatInput(e.getKey(), e.getValue()));
                values.put(e.getKey(), random(e.getKey(), e.getValue()));
            }
            values.put("time", HostTensor.of(new float[] {501, 21}, 2));
            var scope = graph.scope().child("step");
            var tf = scope.tf();
            Conditioning text = Conditioning.ofTextStates(x.get("text"));
            Operand<TFloat32> y = network.predict(scope, x.get("latent"), x.get("time"), text, Weights.POLICY);
            Operand<TFloat32> reference =
                    network.predict(scope, x.get("latent"), x.get("time"), text, Weights.REFERENCE);
            Operand<TFloat32> loss = tf.reduceSum(tf.math.mul(y, x.get("w")), tf.constant(new int[] {0, 1, 2, 3}));
            List<Parameter> trainable = network.trainable();
            List<Operand<TFloat32>> wrt = new ArrayList<>();
            trainable.forEach(p -> wrt.add(p.value()));
            Map<String, Operand<TFloat32>> gradients = new LinkedHashMap<>();
            List<Operand<TFloat32>> all = graph.gradients(loss, wrt);
            for (int i = 0; i < all.size(); i++) {
                gradients.put(trainable.get(i).name(), all.get(i));
            }
            this.program = Program.define("lora", In.class, Out.class)
                    .feedMap("x", x)
                    .fetch("policy", y)
                    .fetch("reference", reference)
                    .fetch("loss", loss)
                    .fetchMap("gradients", gradients)
                    .build();
            this.session = graph.seal(new ThreadSettings(1, 1));
        }

        Out run() {
            return program.run(session, new In(values));
        }

        @Override
        public void close() {
            session.close();
            graph.close();
            policy.close();
        }
    }

    private static HostTensor random(String name, int... shape) {
        int size = 1;
        for (int d : shape) {
            size *= d;
        }
        StatelessRandom r = StatelessRandom.of(5, name);
        float[] data = new float[size];
        for (int i = 0; i < size; i++) {
            data[i] = (float) r.nextGaussian();
        }
        return HostTensor.of(data, shape);
    }

    private static DiffusionPolicy fresh(AdapterConfig.Kind kind) {
        return new StableDiffusionProvider()
                .open(TinyModel.config(
                        TinyModel.folder(), new AdapterConfig(kind, 2, Optional.of(3.0), TARGETS, Optional.empty())));
    }

    @Test
    public void newAdapterChangesNothingAndIsRestoredFromItsFile() throws IOException {
        Path folder = Files.createTempDirectory("export");
        Out trained;
        try (Fixture f = new Fixture(fresh(AdapterConfig.Kind.LORA))) {
            Out before = f.run();
            assertClose(before.policy(), before.reference());
            for (Parameter p : f.network.trainable()) {
                HostTensor old = f.session.read(p);
                f.session.write(p, random(p.name(), old.shape()));
            }
            trained = f.run();
            assertClose(trained.reference(), before.reference());
            assertThat(distance(trained.policy(), before.policy())).isGreaterThan(1e-2);
            Path file = f.network.export(folder, f.session);
            assertThat(file).hasFileName("pytorch_lora_weights.safetensors");
            try (SafetensorsFile written = SafetensorsFile.open(file)) {
                assertThat(written.names())
                        .isEqualTo(new java.util.TreeSet<>(f.network.stored().keySet()));
                assertThat(written.metadata()).containsEntry("format", "pt");
                // diffusers does not load a note without the two patterns.
                assertThat(written.metadata().get("lora_adapter_metadata"))
                        .contains("unet.lora_alpha", "unet.rank_pattern", "unet.alpha_pattern");
            }
        }
        DiffusionPolicy reopened =
                new StableDiffusionProvider().openFolder(TinyModel.folder(), Optional.of(new AdapterFile(folder, 1)));
        try (Fixture f = new Fixture(reopened)) {
            Out again = f.run();
            assertClose(again.policy(), trained.policy());
            assertClose(again.reference(), trained.reference());
        }
    }

    @Test
    public void gradientsOfAdaptersEqualDifferences() {
        try (Fixture f = new Fixture(fresh(AdapterConfig.Kind.LORA))) {
            for (Parameter p : f.network.trainable()) {
                HostTensor old = f.session.read(p);
                float[] data = random(p.name(), old.shape()).data().clone();
                for (int i = 0; i < data.length; i++) {
                    data[i] *= 0.1f;
                }
                f.session.write(p, HostTensor.of(data, old.shape()));
            }
            Out analytic = f.run();
            // A step along the gradient of a tensor changes the loss by step times the gradient's squared length.
            List<Parameter> all = f.network.trainable();
            int checked = 0;
            for (int i = 0; i < all.size(); i += 6) {
                Parameter p = all.get(i);
                HostTensor g = analytic.gradients().get(p.name());
                HostTensor old = f.session.read(p);
                double step = 0.001 * length(old) / length(g);
                double predicted = 2 * step * length(g) * length(g);
                if (predicted < 5e-3) {
                    continue; // single precision has no more to say
                }
                double difference = moved(f, p, old, g, step) - moved(f, p, old, g, -step);
                f.session.write(p, old);
                assertThat(difference).as(p.name()).isCloseTo(predicted, within(0.05 * predicted + 1e-4));
                checked++;
            }
            assertThat(checked).isGreaterThan(2);
        }
    }

    private static double length(HostTensor x) {
        double square = 0;
        for (float v : x.data()) {
            square += v * v;
        }
        return Math.sqrt(square);
    }

    private static double distance(HostTensor a, HostTensor b) {
        double worst = 0;
        for (int i = 0; i < a.size(); i++) {
            worst = Math.max(worst, Math.abs(a.get(i) - b.get(i)));
        }
        return worst;
    }

    /** Equal but for the last bits: TensorFlow joins operations otherwise where gradients need what lies between. */
    private static void assertClose(HostTensor got, HostTensor want) {
        assertThat(distance(got, want)).isLessThan(1e-5);
    }

    private static double moved(Fixture f, Parameter p, HostTensor old, HostTensor g, double step) {
        float[] data = old.data().clone();
        for (int i = 0; i < data.length; i++) {
            data[i] += (float) (step * g.get(i));
        }
        f.session.write(p, HostTensor.of(data, old.shape()));
        return f.run().loss();
    }

    @Test
    public void fullTrainingKeepsAReference() throws IOException {
        Path folder = Files.createTempDirectory("export");
        try (Fixture f = new Fixture(fresh(AdapterConfig.Kind.FULL))) {
            Out before = f.run();
            assertClose(before.policy(), before.reference());
            Parameter bias = f.network.stored().get("conv_out.bias").parameter();
            f.session.write(bias, HostTensor.of(new float[] {1, 2, 3, 4}, 4));
            Out after = f.run();
            assertClose(after.reference(), before.reference());
            assertThat(distance(after.policy(), before.policy())).isGreaterThan(0.5);
            assertThat(f.network.export(folder, f.session))
                    .isEqualTo(folder.resolve("unet/diffusion_pytorch_model.safetensors"));
            assertThat(folder.resolve("unet/config.json")).exists();
        }
    }

    @Test
    public void unknownTargetIsRefused() {
        assertThatThrownBy(() -> new StableDiffusionProvider()
                        .open(TinyModel.config(
                                TinyModel.folder(),
                                new AdapterConfig(
                                        AdapterConfig.Kind.LORA,
                                        4,
                                        Optional.empty(),
                                        List.of("to_q", "to_z"),
                                        Optional.empty()))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no layer named to_z");
    }
}
