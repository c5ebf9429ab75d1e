package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tempera.base.text.ByteSize;
import org.tempera.core.workers.GradientSums;
import org.tempera.core.workers.Parcel;
import org.tempera.core.workers.Workers;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.Remedy;
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

    /** All copies of the most that is gathered, and a run beside it. */
    private static final String ENOUGH_HEAP = "-Xmx8g";

    private final Workers workers;
    private final Map<String, Operand<TFloat32>> inputs = new LinkedHashMap<>();
    private final Map<String, List<Operand<TFloat32>>> sums = new LinkedHashMap<>();
    private final Map<String, Operand<TFloat32>> fetches = new LinkedHashMap<>();
    private final Program<Nothing, Sums> read;
    private final Optional<RingGradients> ring;
    private final long heapBytes;

    private record Nothing() {}

    private record Sums(Map<String, HostTensor> sums) {}

    /** @throws UserException if they are more than can be gathered */
    WorkerGradients(TrainingGraph graph, Workers workers, List<AdamW> optimizers) {
        this.workers = workers;
        GraphScope scope = graph.scope().child("worker-gradients");
        if (workers.sums() == GradientSums.RING) {
            ring = Optional.of(new RingGradients(scope, workers, optimizers, RingGradients.IN_A_SLICE));
            sums.putAll(ring.get().sums());
            heapBytes = ring.get().heapBytes();
        } else {
            ring = Optional.empty();
            long bytes = bytes(optimizers);
            tooMuch(bytes, workers.allLanes(), Runtime.getRuntime().maxMemory()).ifPresent(e -> {
                throw e;
            });
            heapBytes = COPIES * bytes * workers.allLanes();
            optimizers.forEach(optimizer -> gather(graph, scope, optimizer));
        }
        read = Program.define("read gradients", Nothing.class, Sums.class)
                .fetchMap("sums", fetches)
                .build();
    }

    private void gather(TrainingGraph graph, GraphScope scope, AdamW optimizer) {
        optimizer.sumInputs(graph, workers.allLanes()).forEach((group, all) -> {
            inputs.put(group, all);
            List<Operand<TFloat32>> lanes = new ArrayList<>();
            scope.tf().unstack(all, all.shape().get(0)).output().forEach(lanes::add);
            sums.put(group, lanes);
        });
        for (int lane = 0; lane < workers.lanes().count(); lane++) {
            int number = workers.numberOf(lane);
            optimizer.accumulated(lane).forEach((group, own) -> fetches.put(laneName(number) + group, own.value()));
        }
    }

    private static long bytes(List<AdamW> optimizers) {
        return optimizers.stream()
                .flatMap(o -> o.slots().stream())
                .mapToLong(slot -> Float.BYTES * slot.parameter().size())
                .sum();
    }

    /**
     * What a user is told where gradients are more than workers gather: one whose heap they do not fit would be lost in
     * the first update.
     *
     * @param bytes of the gradients of one lane
     * @param heap the most that it may grow to, in bytes
     */
    static Optional<UserException> tooMuch(long bytes, int lanes, long heap) {
        long all = bytes * lanes;
        if (all <= Math.min(MOST_GATHERED, heap / COPIES)) {
            return Optional.empty();
        }
        String expected = String.format(
                Locale.ROOT,
                "run.cluster.gradients: expected ring, for the gradients of %s that each of %d lanes has are more than ",
                ByteSize.text(bytes),
                lanes);
        return Optional.of(
                all > MOST_GATHERED
                        ? new UserException(
                                expected + "the " + ByteSize.text(MOST_GATHERED) + " that are gathered, found in-order")
                        : new UserException(
                                expected + "can be gathered in Java's heap of " + ByteSize.text(heap)
                                        + ", found in-order. Or raise the heap, such as with " + ENOUGH_HEAP,
                                List.of(Remedy.jvmOption(ENOUGH_HEAP))));
    }

    private static String laneName(int number) {
        return LANE + number + "/";
    }

    /** What an update takes of Java's heap, in bytes, on the gradients' way from the graph to the graph. */
    long heapBytes() {
        return heapBytes;
    }

    /** Inputs for what {@link #feeds} gives, by group of parameters. */
    Map<String, Operand<TFloat32>> inputs() {
        return inputs;
    }

    /** What the optimisers add up in order, by group of parameters. */
    Map<String, List<Operand<TFloat32>>> sums() {
        return sums;
    }

    /** What this worker brings for all to have; nothing where sums go round in a ring. */
    Map<String, HostTensor> own(TrainingSession session) {
        return ring.isPresent() ? Map.of() : read.run(session, new Nothing()).sums();
    }

    /**
     * What the inputs are fed with. Where sums go round in a ring, that is nothing, and this is when they do.
     *
     * @param all what every worker brought, that of {@link #own} among it
     */
    Map<String, HostTensor> feeds(TrainingSession session, List<Parcel> all) {
        ring.ifPresent(sums -> sums.sum(session));
        Map<String, HostTensor> feeds = new LinkedHashMap<>();
        for (String group : inputs.keySet()) {
            List<HostTensor> lanes = new ArrayList<>();
            for (int lane = 0; lane < workers.allLanes(); lane++) {
                Map<String, HostTensor> brought =
                        all.get(workers.workerOf(lane)).tensors();
                lanes.add(Objects.requireNonNull(brought.get(laneName(lane) + group), group));
            }
            feeds.put(group, HostTensor.stack(lanes));
        }
        return feeds;
    }
}
