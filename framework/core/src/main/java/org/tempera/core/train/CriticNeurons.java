package org.tempera.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.core.rollout.Schedule;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.EpochEnd;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.critic.Recyclable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The critic's hidden activations as a program, for neuron statistics. */
final class CriticNeurons {
    private final Recyclable recyclable;
    private final int width;
    private final int rows;
    private final Program<Feeds, Fetches> program;

    record Feeds(HostTensor features, HostTensor fractions) {}

    record Fetches(Map<String, HostTensor> hidden) {}

    CriticNeurons(TrainingGraph graph, Recyclable recyclable, int width, int rows) {
        this.recyclable = recyclable;
        this.width = width;
        this.rows = rows;
        Operand<TFloat32> features = graph.floatInput("neuron-features", rows, width);
        Operand<TFloat32> fractions = graph.floatInput("neuron-fractions", rows);
        Map<String, Operand<TFloat32>> hidden = new LinkedHashMap<>();
        List<Operand<TFloat32>> layers = recyclable.hidden(graph.scope().child("neurons"), features, fractions);
        for (int i = 0; i < layers.size(); i++) {
            hidden.put("layer" + i, layers.get(i));
        }
        program = Program.define("critic neurons", Feeds.class, Fetches.class)
                .feed("features", features)
                .feed("fractions", fractions)
                .fetchMap("hidden", hidden)
                .build();
    }

    /** The neurons as an algorithm sees them after an epoch. */
    EpochEnd.Neurons of(TrainingSession session, ParameterEdits edits, Rollout rollout, Schedule schedule) {
        return new SessionNeurons(edits, recyclable.layers()) {
            @Override
            List<float[][]> measured(int asked, int step) {
                return activations(session, rollout, schedule, Math.min(asked, rollout.samples()), step);
            }
        };
    }

    private List<float[][]> activations(
            TrainingSession session, Rollout rollout, Schedule schedule, int asked, int step) {
        HostTensor all =
                rollout.features().orElseThrow(() -> new IllegalStateException("the rollout holds no critic features"));
        List<float[][]> result = new ArrayList<>();
        int[] steps = new int[rows];
        Arrays.fill(steps, step);
        for (int first = 0; first < asked; first += rows) {
            float[] batch = new float[rows * width];
            for (int i = 0; i < rows; i++) {
                // The last batch is filled up with its last row, which is cut off again below.
                int sample = Math.min(first + i, asked - 1);
                System.arraycopy(all.data(), (sample * rollout.steps() + step) * width, batch, i * width, width);
            }
            List<HostTensor> hidden = List.copyOf(
                    program.run(session, new Feeds(HostTensor.of(batch, rows, width), schedule.fractions(steps)))
                            .hidden()
                            .values());
            for (int layer = 0; layer < hidden.size(); layer++) {
                if (first == 0) {
                    result.add(new float[asked][]);
                }
                int w = hidden.get(layer).size(1);
                for (int i = 0; i < rows && first + i < asked; i++) {
                    result.get(layer)[first + i] =
                            Arrays.copyOfRange(hidden.get(layer).data(), i * w, (i + 1) * w);
                }
            }
        }
        return result;
    }
}
