package org.tempera.policies.stablediffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tempera.base.random.StatelessRandom;
import org.tempera.diffusers.training.AdapterConfig;
import org.tempera.diffusers.training.AdapterConfig.Kind;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.policy.Conditioning;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyNetwork.AdapterUnits;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** What an adapter's first factor makes of its layer's inputs. */
public class AdapterUnitsTest {
    private static final int RANK = 3;
    private static final int TOKENS = 5;
    /** Tokens as the denoiser takes them: a multiple of 16. */
    private static final int FILLED = 16;

    record In(Map<String, HostTensor> x) {}

    record Out(Map<String, HostTensor> outputs) {}

    @Test
    public void everyAdaptedLayerIsSeenWithItsOwnInputs() {
        AdapterConfig adapter = new AdapterConfig(
                Kind.LORA, RANK, Optional.empty(), List.of("attn2.to_k", "conv1", "proj_in"), Optional.empty());
        try (DiffusionPolicy policy =
                        new StableDiffusionProvider().open(TinyModel.config(TinyModel.folder(), adapter));
                TrainingGraph graph = new TrainingGraph(7)) {
            PolicyNetwork network = policy.build(graph.scope().child("policy"));
            int width = TinyModel.textWidth(policy);
            Map<String, Operand<TFloat32>> x = Map.of(
                    "latents", graph.floatInput("latents", 2, 4, 4, 4),
                    "time", graph.floatInput("time", 2),
                    "text", graph.floatInput("text", 2, TOKENS, width));
            HostTensor text = random(2, TOKENS, width);
            Map<String, HostTensor> values = Map.of(
                    "latents", random(2, 4, 4, 4), "time", HostTensor.of(new float[] {501, 21}, 2), "text", text);
            List<AdapterUnits> units = network.adapterUnits(
                    graph.scope().child("units"),
                    x.get("latents"),
                    x.get("time"),
                    Conditioning.ofTextStates(x.get("text")));
            Map<String, Operand<TFloat32>> outputs = new TreeMap<>();
            units.forEach(u -> outputs.put(u.down().name(), u.outputs()));
            Program<In, Out> program = Program.define("units", In.class, Out.class)
                    .feedMap("x", x)
                    .fetchMap("outputs", outputs)
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                Map<String, HostTensor> got =
                        program.run(session, new In(values)).outputs();
                assertThat(units).hasSize(network.trainable().size() / 2);
                AdapterUnits key = named(units, "attn2.to_k");
                HostTensor outer = got.get(
                        named(units, "down_blocks.0.resnets.0.conv1").down().name());
                assertThat(outer.shape()).containsExactly(2, 16, RANK);
                // The keys' layer is given the text: a product that can be made by hand.
                float[] down = session.read(key.down()).data();
                HostTensor seen = got.get(key.down().name());
                // The text is filled up with zeros, whose outputs are zero: that scales all units of the layer alike.
                assertThat(seen.shape()).containsExactly(2, FILLED, RANK);
                for (int row = 0; row < 2 * FILLED; row++) {
                    int token = row % FILLED;
                    for (int unit = 0; unit < RANK; unit++) {
                        double sum = 0;
                        for (int i = 0; i < width && token < TOKENS; i++) {
                            sum += (double) text.get((row / FILLED * TOKENS + token) * width + i)
                                    * down[i * RANK + unit];
                        }
                        assertThat((double) seen.get(row * RANK + unit)).isCloseTo(sum, within(1e-4));
                    }
                }
            }
        }
    }

    private static AdapterUnits named(List<AdapterUnits> units, String part) {
        return units.stream()
                .filter(u -> u.down().name().contains(part))
                .findFirst()
                .orElseThrow();
    }

    private static HostTensor random(int... shape) {
        int size = 1;
        for (int s : shape) {
            size *= s;
        }
        StatelessRandom random = StatelessRandom.of(5, "x" + size);
        float[] data = new float[size];
        for (int i = 0; i < size; i++) {
            data[i] = (float) random.nextGaussian();
        }
        return HostTensor.of(data, shape);
    }
}
