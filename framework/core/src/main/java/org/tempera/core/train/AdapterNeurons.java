package org.tempera.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.tempera.core.prompt.TextEmbeddings;
import org.tempera.core.rollout.Schedule;
import org.tempera.core.rollout.StepInputs;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.diffusion.GuidedStep;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.critic.Recyclable.DenseLayer;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.PolicyNetwork.AdapterUnits;
import org.tempera.spi.policy.PolicyShape;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The rank units of the policy's adapters as a program, for neuron statistics: the pass that an update makes, on the
 * latents of the rollout, guidance included.
 */
public final class AdapterNeurons {
    private final List<AdapterUnits> units;
    private final int rows;
    private final int rowsOfNetwork;
    private final Program<Feeds, Fetches> program;

    record Feeds(Map<String, HostTensor> step) {}

    record Fetches(Map<String, HostTensor> parts) {}

    /**
     * Builds the pass.
     *
     * @param rows samples at a time
     * @throws UserException if the policy has no adapters
     */
    public AdapterNeurons(TrainingGraph graph, PolicyShape shape, GuidedStep step, int rows) {
        this.rows = rows;
        this.rowsOfNetwork = step.runsTwice() ? 2 * rows : rows;
        StepInputs in = StepInputs.declare(graph, "adapter-neurons", rows, shape, step);
        GraphScope scope = graph.scope().child("adapter-neurons");
        GuidedStep.Inputs inputs = step.inputs(scope, in.latents(), in.timesteps(), in.positive(), in.negative());
        units = step.policy().adapterUnits(scope, inputs.latents(), inputs.timesteps(), inputs.conditioning());
        if (units.isEmpty()) {
            throw new UserException("the algorithm resets neurons of the policy's adapters, but the policy of this run"
                    + " has none. Train LoRA layers, or set neuron-reset.target = critic.");
        }
        Map<String, Operand<TFloat32>> parts = new LinkedHashMap<>();
        for (int i = 0; i < units.size(); i++) {
            parts.put("layer" + i, parts(scope.tf(), units.get(i).outputs()));
        }
        program = Program.define("adapter neurons", Feeds.class, Fetches.class)
                .feedMap("step", in.inputs())
                .fetchMap("parts", parts)
                .build();
    }

    /**
     * Of a unit's outputs at all positions of a sample only the mean of the positive parts and that of the negative
     * parts, {@code [2, batch, rank]}: means of a rectified output and of a magnitude are the same for these two
     * numbers, but for a factor that all units share.
     */
    private static Operand<TFloat32> parts(Ops tf, Operand<TFloat32> outputs) {
        Operand<TFloat32> zero = tf.constant(0f);
        return tf.stack(List.of(
                tf.math.mean(tf.math.maximum(outputs, zero), tf.constant(1)),
                tf.math.mean(tf.math.minimum(outputs, zero), tf.constant(1))));
    }

    /** Every layer's units as an algorithm sees them after an epoch; activations are those before the first change. */
    public List<EpochEnd.Neurons> of(
            TrainingSession session, ParameterEdits edits, Rollout rollout, Schedule schedule, TextEmbeddings text) {
        Map<List<Integer>, List<float[][]>> seen = new HashMap<>();
        List<EpochEnd.Neurons> all = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            int layer = i;
            AdapterUnits u = units.get(i);
            List<DenseLayer> layers = List.of(
                    new DenseLayer(u.down(), Optional.empty(), DoubleUnaryOperator.identity(), u.standardDeviation()),
                    new DenseLayer(u.up(), Optional.empty(), DoubleUnaryOperator.identity(), 0));
            all.add(new SessionNeurons(edits, layers) {
                @Override
                List<float[][]> measured(int asked, int step) {
                    int count = Math.min(asked, rollout.samples());
                    return List.<float[][]>of(seen.computeIfAbsent(
                                    List.of(count, step),
                                    k -> activations(session, rollout, schedule, text, count, step))
                            .get(layer));
                }
            });
        }
        return all;
    }

    private List<float[][]> activations(
            TrainingSession session, Rollout rollout, Schedule schedule, TextEmbeddings text, int count, int step) {
        HostTensor latents = rollout.latents();
        int size = latents.size(2) * latents.size(3) * latents.size(4);
        int[] steps = new int[rows];
        Arrays.fill(steps, step);
        List<List<float[]>> result = new ArrayList<>();
        units.forEach(u -> result.add(new ArrayList<>()));
        for (int first = 0; first < count; first += rows) {
            float[] batch = new float[rows * size];
            List<String> prompts = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                // The last batch is filled up with its last row, which is left out again below.
                int sample = Math.min(first + i, count - 1);
                System.arraycopy(latents.data(), (sample * latents.size(1) + step) * size, batch, i * size, size);
                prompts.add(rollout.prompts().get(sample));
            }
            Map<String, HostTensor> feeds = StepInputs.rows(
                    schedule,
                    steps,
                    HostTensor.of(batch, rows, latents.size(2), latents.size(3), latents.size(4)),
                    text.ofStep(prompts));
            List<HostTensor> parts =
                    List.copyOf(program.run(session, new Feeds(feeds)).parts().values());
            for (int layer = 0; layer < parts.size(); layer++) {
                HostTensor p = parts.get(layer);
                int rank = p.size(2);
                for (int row = 0; row < 2 * rowsOfNetwork; row++) {
                    if (first + row % rows < count) {
                        result.get(layer).add(Arrays.copyOfRange(p.data(), row * rank, (row + 1) * rank));
                    }
                }
            }
        }
        return result.stream().map(r -> r.toArray(new float[0][])).toList();
    }
}
