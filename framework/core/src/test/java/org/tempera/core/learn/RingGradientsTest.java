package org.tempera.core.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.workers.GradientSums;
import org.tempera.core.workers.Group;
import org.tempera.core.workers.Workers;
import org.tempera.graph.Lanes;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.graph.workers.LocalWorkers;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.Test;

/** Sums of two workers of two lanes each, in slices that end within groups of parameters. */
public class RingGradientsTest {
    private static final int LANES = 2;
    private static final OptimizerSettings SETTINGS = new OptimizerSettings(0.1, 0.01, 2, 0.9, 0.999, 1e-8, 1e-4, 1.0);

    /** Three and four numbers are no part of five, and four and one are; all three are read at once in one of eight. */
    @Test(timeOut = 60_000)
    public void areTheSameInPartsAsAtOnce() throws Exception {
        Map<String, HostTensor> sums = Map.of(
                "a-0", HostTensor.of(new float[] {202, 206, 210}, 3),
                "b-0", HostTensor.of(new float[] {202, 206, 210, 214}, 4),
                "c-0", HostTensor.of(new float[] {202}, 1));
        for (int slice : new int[] {5, 8, 100}) {
            LocalWorkers workers = new LocalWorkers(2);
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                Future<Map<String, HostTensor>> there = other.submit(() -> summed(workers, 1, slice));
                assertThat(summed(workers, 0, slice)).as("slices of %d", slice).isEqualTo(sums);
                assertThat(there.get()).isEqualTo(sums);
            } finally {
                other.shutdownNow();
            }
        }
    }

    /** Of what a worker's lanes have: 0, 1 and so on in the first of the first worker, and 1 or 100 more in others. */
    private static Map<String, HostTensor> summed(LocalWorkers all, int index, int slice) {
        try (Lanes lanes = new Lanes(LANES);
                TrainingGraph graph = new TrainingGraph(7)) {
            Workers workers = new Group(all.channel(index), GradientSums.RING).with(lanes);
            List<AdamW> optimizers =
                    List.of(optimizer(graph, "a", 3), optimizer(graph, "b", 4), optimizer(graph, "c", 1));
            RingGradients gradients = new RingGradients(graph.scope().child("ring"), workers, optimizers, slice);
            assertThat(gradients.sums()).containsOnlyKeys("a-0", "b-0", "c-0");
            assertThat(gradients.heapBytes()).isEqualTo(4L * Float.BYTES * Math.min(slice, 8));
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                for (int lane = 0; lane < LANES; lane++) {
                    session.writeAll(accumulated(optimizers, lane, lane + 100 * index));
                }
                gradients.sum(session);
                Map<String, HostTensor> sums = new LinkedHashMap<>();
                optimizers.forEach(o -> o.accumulated(0).forEach((group, sum) -> sums.put(group, session.read(sum))));
                return sums;
            }
        }
    }

    private static AdamW optimizer(TrainingGraph graph, String name, int numbers) {
        Parameter trained = graph.scope().parameter(name, Shape.of(numbers), Initializer.zeros(), true);
        return new AdamW(graph, name, List.of(trained), SETTINGS, 0.1, LANES);
    }

    private static Map<Parameter, HostTensor> accumulated(List<AdamW> optimizers, int lane, int first) {
        Map<Parameter, HostTensor> values = new LinkedHashMap<>();
        optimizers.forEach(o -> o.accumulated(lane).values().forEach(parameter -> {
            float[] numbers = new float[Math.toIntExact(parameter.size())];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = first + i;
            }
            values.put(parameter, HostTensor.of(numbers, numbers.length));
        }));
        return values;
    }
}
