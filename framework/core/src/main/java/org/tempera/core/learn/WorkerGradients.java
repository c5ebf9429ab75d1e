package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.tempera.core.workers.GradientSums;
import org.tempera.core.workers.Parcel;
import org.tempera.core.workers.Workers;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The gradients of an update that several workers have a part in: what this worker's lanes have accumulated, and the
 * sums that the optimisers are fed with instead of their own.
 */
final class WorkerGradients {
    private static final String LANE = "lane/";

    /** Bytes, of all lanes. */
    private static final long MOST_GATHERED = 1L << 30;

    /** What is gathered lies in Java's heap so often, on its way from the graph to the graph. */
    private static final int COPIES = 6;

    private final Workers workers;
    private final Program<Nothing, Sums> read;
    private final Map<String, Operand<TFloat32>> inputs = new LinkedHashMap<>();

    private record Nothing() {}

    private record Sums(Map<String, HostTensor> sums) {}

    /** @throws UserException if they are more than can be gathered */
    WorkerGradients(TrainingGraph graph, Workers workers, List<AdamW> optimizers) {
        this.workers = workers;
        boolean ring = workers.sums() == GradientSums.RING;
        if (!ring) {
            requireGathered(optimizers, workers.allLanes());
        }
        GraphScope scope = graph.scope().child("worker-gradients");
        Map<String, Operand<TFloat32>> fetches = new LinkedHashMap<>();
        for (AdamW o : optimizers) {
            inputs.putAll(o.sumInputs(graph, ring ? 1 : workers.allLanes()));
            for (int lane = 0; lane < workers.lanes().count(); lane++) {
                int number = workers.numberOf(lane);
                o.accumulated(lane).forEach((group, own) -> {
                    if (ring) {
                        fetches.merge(
                                group, own, (before, next) -> scope.tf().math.add(before, next));
                    } else {
                        fetches.put(laneName(number) + group, own);
                    }
                });
            }
        }
        read = Program.define("read gradients", Nothing.class, Sums.class)
                .fetchMap("sums", fetches)
                .build();
    }

    private static void requireGathered(List<AdamW> optimizers, int lanes) {
        long bytes = 0;
        for (AdamW o : optimizers) {
            for (AdamW.Slot slot : o.slots()) {
                bytes += Float.BYTES * slot.parameter().size();
            }
        }
        if (isTooMuch(bytes, lanes, Runtime.getRuntime().maxMemory())) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "run.cluster.gradients: expected ring, for the gradients of %,d MB that each of %d lanes has are more"
                            + " than can be gathered in Java's heap of %,d MB, found in-order. Or raise it, as with"
                            + " TEMPERA_JAVA_OPTS=-Xmx8g, up to %,d MB of all lanes",
                    bytes >> 20,
                    lanes,
                    Runtime.getRuntime().maxMemory() >> 20,
                    MOST_GATHERED >> 20));
        }
    }

    /**
     * Whether gradients are more than workers gather: one whose heap they do not fit would be lost in the first update.
     *
     * @param heap the most that it may grow to
     */
    static boolean isTooMuch(long bytes, int lanes, long heap) {
        return bytes * lanes > Math.min(MOST_GATHERED, heap / COPIES);
    }

    private static String laneName(int number) {
        return LANE + number + "/";
    }

    /** Inputs of the optimisers' sums, by group of parameters. */
    Map<String, Operand<TFloat32>> inputs() {
        return inputs;
    }

    /** What this worker brings. */
    Map<String, HostTensor> own(TrainingSession session) {
        return read.run(session, new Nothing()).sums();
    }

    /**
     * What the optimisers are fed with.
     *
     * @param own what {@link #own} gave
     * @param all what every worker brought, that among it where sums are in order
     */
    Map<String, HostTensor> feeds(Map<String, HostTensor> own, List<Parcel> all) {
        return workers.sums() == GradientSums.RING ? ring(own) : inOrder(all);
    }

    private Map<String, HostTensor> inOrder(List<Parcel> all) {
        Map<String, HostTensor> feeds = new LinkedHashMap<>();
        for (String group : inputs.keySet()) {
            List<HostTensor> lanes = new ArrayList<>();
            for (int lane = 0; lane < workers.allLanes(); lane++) {
                Map<String, HostTensor> brought =
                        all.get(lane / workers.lanes().count()).tensors();
                lanes.add(Objects.requireNonNull(brought.get(laneName(lane) + group), group));
            }
            feeds.put(group, HostTensor.stack(lanes));
        }
        return feeds;
    }

    /** All groups end to end, so that few large pieces travel. */
    private Map<String, HostTensor> ring(Map<String, HostTensor> own) {
        float[] flat =
                new float[own.values().stream().mapToInt(HostTensor::size).reduce(0, Math::addExact)];
        int at = 0;
        for (String group : inputs.keySet()) {
            HostTensor sum = Objects.requireNonNull(own.get(group), group);
            System.arraycopy(sum.data(), 0, flat, at, sum.size());
            at += sum.size();
        }
        float[] summed = workers.sum(flat);
        Map<String, HostTensor> feeds = new LinkedHashMap<>();
        at = 0;
        for (String group : inputs.keySet()) {
            int size = Objects.requireNonNull(own.get(group), group).size();
            float[] part = new float[size];
            System.arraycopy(summed, at, part, 0, size);
            feeds.put(group, HostTensor.of(part, 1, size));
            at += size;
        }
        return feeds;
    }
}
