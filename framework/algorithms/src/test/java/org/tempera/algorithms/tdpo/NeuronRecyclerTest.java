package org.tempera.algorithms.tdpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.tempera.algorithms.Preset;
import org.tempera.algorithms.critic.Nonlinearity;
import org.tempera.graph.TrainingGraph;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.critic.Recyclable.DenseLayer;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.Test;

public class NeuronRecyclerTest {
    /** Layers of 2, 3 and 1, the second hidden neuron silent, its parameters and masks kept on the host. */
    private static final class Host implements EpochEnd.Neurons {
        final Map<String, HostTensor> values = new LinkedHashMap<>();
        final Map<String, boolean[]> zeroed = new LinkedHashMap<>();
        final List<DenseLayer> layers;
        int asked;

        Host(TrainingGraph graph, String name, boolean bias) {
            Parameter in = graph.scope().parameter(name + "/in", Shape.of(2, 3), Initializer.zeros(), true);
            Parameter inBias = graph.scope().parameter(name + "/inBias", Shape.of(3), Initializer.zeros(), true);
            Parameter out = graph.scope().parameter(name + "/out", Shape.of(3, 1), Initializer.zeros(), true);
            values.put(in.name(), HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
            values.put(inBias.name(), HostTensor.of(new float[] {7, 8, 9}, 3));
            values.put(out.name(), HostTensor.of(new float[] {10, 11, 12}, 3, 1));
            layers = List.of(
                    new DenseLayer(in, bias ? Optional.of(inBias) : Optional.empty(), Nonlinearity.RELU.onHost(), 0.5),
                    new DenseLayer(out, Optional.empty(), DoubleUnaryOperator.identity(), 0.1));
        }

        HostTensor of(int layer) {
            return read(layers.get(layer).weight());
        }

        @Override
        public List<DenseLayer> layers() {
            return layers;
        }

        @Override
        public List<float[][]> hidden(int rows, int step) {
            asked += rows;
            float[][] outputs = new float[rows][];
            for (int i = 0; i < rows; i++) {
                outputs[i] = new float[] {1, -3, 2 + step};
            }
            return new ArrayList<>(List.<float[][]>of(outputs));
        }

        @Override
        public HostTensor read(Parameter parameter) {
            return values.get(parameter.name());
        }

        @Override
        public void write(Parameter parameter, HostTensor value) {
            values.put(parameter.name(), value);
        }

        @Override
        public void zeroMoments(Parameter parameter, boolean[] mask) {
            zeroed.put(parameter.name(), mask);
        }
    }

    private record End(
            int epoch,
            Optional<EpochEnd.Neurons> criticNeurons,
            List<EpochEnd.Neurons> adapterNeurons,
            Map<String, Double> metrics)
            implements EpochEnd {
        @Override
        public long seed() {
            return 5;
        }

        @Override
        public Rollout rollout() {
            return new Rollout(
                    List.of("a", "b", "c", "d"),
                    new float[] {3, 2, 1},
                    List.of(0, 1, 2),
                    HostTensor.of(new float[16], 4, 4, 1, 1, 1),
                    Map.of(),
                    Optional.empty());
        }

        @Override
        public void metric(String name, double value) {
            metrics.put(name, value);
        }
    }

    private static NeuronResetConfig config(Optional<ResetMode> mode, NeuronResetConfig.Target target) {
        return new NeuronResetConfig(
                mode, 2, Optional.empty(), Optional.empty(), target, NeuronReset.Outgoing.DRAWN, Optional.empty());
    }

    private static Map<String, Double> after(
            NeuronRecycler recycler, int epoch, Optional<Host> critic, List<Host> adapters) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        recycler.endOfEpoch(new End(epoch, critic.map(c -> c), new ArrayList<>(adapters), metrics));
        return metrics;
    }

    @Test
    public void activeNeuronsAreDrawnAnewWhenItIsTime() {
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Host critic = new Host(graph, "critic", true);
            NeuronRecycler recycler = config(Optional.empty(), NeuronResetConfig.Target.CRITIC)
                    .recycler(Preset.DEFAULT, ResetMode.ACTIVE);

            Map<String, Double> first = after(recycler, 1, Optional.of(critic), List.of());
            assertThat(first).containsOnlyKeys("critic/dormant_fraction");
            assertThat(first.get("critic/dormant_fraction")).isEqualTo(1.0 / 3);
            // four samples at three steps
            assertThat(critic.asked).isEqualTo(12);
            assertThat(critic.of(0).data()).containsExactly(1, 2, 3, 4, 5, 6);

            Map<String, Double> second = after(recycler, 2, Optional.of(critic), List.of());
            assertThat(second.get("critic/reset_neurons")).isEqualTo(2);
            assertThat(second.get("critic/dormant_overlap")).isEqualTo(1);
            // the silent neuron, column 1, keeps its weights
            assertThat(critic.of(0).get(1)).isEqualTo(2);
            assertThat(critic.of(0).get(4)).isEqualTo(5);
            assertThat(critic.of(0).get(0)).isNotEqualTo(1).isBetween(-3f, 3f);
            assertThat(critic.values.get("critic/inBias").data()).containsExactly(0, 8, 0);
            assertThat(critic.of(1).get(1)).isEqualTo(11);
            assertThat(critic.of(1).get(0)).isBetween(-1f, 1f);
            assertThat(critic.zeroed.get("critic/in")).containsExactly(true, false, true, true, false, true);
            assertThat(critic.zeroed.get("critic/inBias")).containsExactly(true, false, true);
            assertThat(critic.zeroed.get("critic/out")).containsExactly(true, false, true);
        }
    }

    @Test
    public void adaptersAreResetWithoutChangingWhatTheyAdd() {
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Host adapter = new Host(graph, "adapter", false);
            NeuronRecycler recycler = config(Optional.of(ResetMode.ACTIVE), NeuronResetConfig.Target.ADAPTERS)
                    .recycler(Preset.DEFAULT, ResetMode.NONE);
            Map<String, Double> metrics = after(recycler, 2, Optional.empty(), List.of(adapter));
            assertThat(metrics)
                    .containsEntry("policy/dormant_fraction", 1.0 / 3)
                    .containsEntry("policy/reset_neurons", 2.0);
            assertThat(adapter.of(1).data()).containsExactly(0, 11, 0);
        }
    }

    @Test
    public void thePublishedMeasureTakesEightSamplesAtTheLastStep() {
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Host critic = new Host(graph, "critic", true);
            NeuronRecycler recycler = config(Optional.empty(), NeuronResetConfig.Target.CRITIC)
                    .recycler(Preset.REFERENCE, ResetMode.NONE);
            after(recycler, 2, Optional.of(critic), List.of());
            assertThat(critic.asked).isEqualTo(4);
            assertThat(critic.zeroed).isEmpty();
        }
    }

    @Test
    public void stateRestoresTheMaskOfTheEpochBefore() {
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Host critic = new Host(graph, "critic", true);
            NeuronResetConfig config = config(Optional.empty(), NeuronResetConfig.Target.CRITIC);
            NeuronRecycler recycler = config.recycler(Preset.DEFAULT, ResetMode.ACTIVE);
            after(recycler, 1, Optional.of(critic), List.of());
            NeuronRecycler restored = config.recycler(Preset.DEFAULT, ResetMode.ACTIVE);
            restored.restore(recycler.state());
            assertThat(restored.state()).isEqualTo(recycler.state()).containsEntry("dormant", List.of("010"));
            assertThat(after(restored, 3, Optional.of(critic), List.of())).containsEntry("critic/dormant_overlap", 1.0);
        }
    }

    @Test
    public void saysWhatToDoWhereThereIsNothingToReset() {
        NeuronRecycler critic =
                config(Optional.empty(), NeuronResetConfig.Target.CRITIC).recycler(Preset.DEFAULT, ResetMode.ACTIVE);
        assertThatThrownBy(() -> after(critic, 1, Optional.empty(), List.of()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("use critic temporal-mlp or neuron-reset.mode = none");
        NeuronRecycler adapters =
                config(Optional.empty(), NeuronResetConfig.Target.ADAPTERS).recycler(Preset.DEFAULT, ResetMode.ACTIVE);
        assertThatThrownBy(() -> after(adapters, 1, Optional.empty(), List.of()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("use target = critic");
    }
}
