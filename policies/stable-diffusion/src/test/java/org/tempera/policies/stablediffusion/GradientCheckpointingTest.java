package org.tempera.policies.stablediffusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.tempera.diffusers.training.AdapterConfig.Kind;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.nn.diffusion.StepChain;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Layers that are computed again give the same gradients, and keep less until then. */
public class GradientCheckpointingTest {
    private static final int TOKENS = 5;

    record In(Map<String, HostTensor> x) {}

    record Out(float loss, HostTensor predicted, Map<String, HostTensor> gradients) {}

    record Gradients(Map<String, HostTensor> gradients) {}

    /** @param bytes of the tensors of a run at its fullest moment */
    record Run(Out out, long bytes) {}

    @DataProvider
    public Object[] kinds() {
        return new Object[] {Kind.LORA, Kind.FULL};
    }

    @Test(dataProvider = "kinds")
    public void gradientsAreTheSameButForTheOrderOfSums(Kind kind) {
        Run kept = run(kind, false);
        Run again = run(kind, true);
        assertThat(again.out().predicted()).isEqualTo(kept.out().predicted());
        assertThat(again.out().loss()).isEqualTo(kept.out().loss());
        kept.out().gradients().forEach((name, expected) -> {
            float[] found = again.out().gradients().get(name).data();
            double largest = 0;
            double off = 0;
            for (int i = 0; i < found.length; i++) {
                largest = Math.max(largest, Math.abs(expected.get(i)));
                off = Math.max(off, Math.abs(expected.get(i) - found[i]));
            }
            assertThat(largest).as(name).isPositive();
            // Where a state is read by more than two layers, its gradients are added in another order.
            assertThat(off / largest).as(name).isLessThan(2e-6);
        });
        assertThat(again.bytes()).isLessThan(kept.bytes());
    }

    /**
     * Each step but the last is computed again as a whole, and of that, too, only what its layers begin with is kept.
     */
    @Test
    public void aGradientThroughStepsKeepsLess() {
        long kept = peakOfChain(false);
        assertThat(peakOfChain(true)).isLessThan(kept * 3 / 4);
    }

    private static long peakOfChain(boolean checkpointed) {
        try (DiffusionPolicy policy = TinyModel.open(Kind.LORA, checkpointed);
                TrainingGraph graph = new TrainingGraph(7)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            StepChain.Link link = new StepChain.Link(
                    graph.floatInput("time", 2),
                    graph.floatInput("rows", 2, policy.noiseProcess().coefficientCount()),
                    Optional.empty());
            Operand<TFloat32> end = new StepChain(
                            GuidedStep.of(policy, network, 1),
                            Conditioning.ofTextStates(graph.floatInput("text", 2, TOKENS, TinyModel.textWidth(policy))),
                            Optional.empty())
                    .run(
                            graph.scope(),
                            graph.floatInput("latents", 2, 8, 8, 4),
                            List.of(link, link, link),
                            Optional.empty());
            List<Operand<TFloat32>> trained =
                    network.trainable().stream().map(Parameter::value).toList();
            Map<String, Operand<TFloat32>> byName = new LinkedHashMap<>();
            for (Operand<TFloat32> g : graph.gradients(graph.scope().tf().nn.l2Loss(end), trained)) {
                byName.put("gradient-" + byName.size(), g);
            }
            return Program.define("gradients", In.class, Gradients.class)
                    .feedMap("x", Map.of())
                    .fetchMap("gradients", byName)
                    .build()
                    .peakBytes();
        }
    }

    private static Run run(Kind kind, boolean checkpointed) {
        try (DiffusionPolicy policy = TinyModel.open(kind, checkpointed);
                TrainingGraph graph = new TrainingGraph(7)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            int width = TinyModel.textWidth(policy);
            Map<String, Operand<TFloat32>> x = Map.of(
                    "latents", graph.floatInput("latents", 2, 8, 8, 4),
                    "time", graph.floatInput("time", 2),
                    "text", graph.floatInput("text", 2, TOKENS, width));
            Operand<TFloat32> predicted = network.predict(
                    graph.scope().child("predict"),
                    x.get("latents"),
                    x.get("time"),
                    Conditioning.ofTextStates(x.get("text")),
                    Weights.POLICY);
            Ops tf = graph.scope().tf();
            Operand<TFloat32> loss = tf.nn.l2Loss(predicted);
            List<Parameter> trained = network.trainable();
            List<Operand<TFloat32>> gradients =
                    graph.gradients(loss, trained.stream().map(Parameter::value).toList());
            Map<String, Operand<TFloat32>> byName = new LinkedHashMap<>();
            for (int i = 0; i < trained.size(); i++) {
                byName.put(trained.get(i).name(), gradients.get(i));
            }
            Program<In, Out> program = Program.define("gradients", In.class, Out.class)
                    .feedMap("x", x)
                    .fetch("loss", loss)
                    .fetch("predicted", predicted)
                    .fetchMap("gradients", byName)
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                Random random = new Random(3);
                Map<String, HostTensor> values = Map.of(
                        "latents", TinyModel.random(random, 2, 8, 8, 4),
                        "time", HostTensor.of(new float[] {501, 21}, 2),
                        "text", TinyModel.random(random, 2, TOKENS, width));
                TinyModel.move(session, trained, 0.01f, random);
                return new Run(program.run(session, new In(values)), program.peakBytes());
            }
        }
    }
}
