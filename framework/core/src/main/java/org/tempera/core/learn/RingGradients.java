package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tempera.core.workers.Workers;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingSession;
import org.tempera.graph.workers.WorkerChannel;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Gradients whose sums go round all workers in a ring. They pass through Java's heap in slices, so that those of all
 * weights need no more of it than some; the sums are written to where this worker's first lane has accumulated its own.
 */
final class RingGradients {
    /** Numbers that are summed at a time: whole pieces of what the channel sends, so that slices change no bit. */
    static final int IN_A_SLICE = 16 * WorkerChannel.NUMBERS_AT_A_TIME;

    /** What is summed lies in Java's heap so often: as read, in a slice, summed, and by group. */
    private static final int COPIES = 4;

    private final Workers workers;
    private final int slice;
    private final List<Part> parts = new ArrayList<>();
    private final long numbers;

    private record Nothing() {}

    private record Sums(Map<String, HostTensor> sums) {}

    /** Groups that are read in one run of the graph: as many as fit into a slice, and one at least. */
    private record Part(Program<Nothing, Sums> read, Map<String, Parameter> sums) {}

    /** @param slice numbers that are summed at a time, and read at a time where no group has more */
    RingGradients(GraphScope scope, Workers workers, List<AdamW> optimizers, int slice) {
        this.workers = workers;
        this.slice = slice;
        Map<String, Parameter> sums = new LinkedHashMap<>();
        Map<String, Operand<TFloat32>> own = new LinkedHashMap<>();
        long all = 0;
        long ofPart = 0;
        for (AdamW optimizer : optimizers) {
            for (Map.Entry<String, Parameter> first : optimizer.accumulated(0).entrySet()) {
                long size = first.getValue().size();
                if (!own.isEmpty() && ofPart + size > slice) {
                    addPart(own, sums);
                    ofPart = 0;
                }
                sums.put(first.getKey(), first.getValue());
                own.put(first.getKey(), ofAllLanes(scope, optimizer, first.getKey()));
                ofPart += size;
                all += size;
            }
        }
        addPart(own, sums);
        numbers = all;
    }

    /** Moves groups into a part. */
    private void addPart(Map<String, Operand<TFloat32>> own, Map<String, Parameter> sums) {
        Program<Nothing, Sums> read = Program.define("read gradients", Nothing.class, Sums.class)
                .fetchMap("sums", own)
                .build();
        parts.add(new Part(read, new LinkedHashMap<>(sums)));
        own.clear();
        sums.clear();
    }

    private Operand<TFloat32> ofAllLanes(GraphScope scope, AdamW optimizer, String group) {
        Operand<TFloat32> sum = accumulated(optimizer, 0, group);
        for (int lane = 1; lane < workers.lanes().count(); lane++) {
            sum = scope.tf().math.add(sum, accumulated(optimizer, lane, group));
        }
        return sum;
    }

    private static Operand<TFloat32> accumulated(AdamW optimizer, int lane, String group) {
        return Objects.requireNonNull(optimizer.accumulated(lane).get(group), group)
                .value();
    }

    /** Where the sums are once {@link #sum} is through, by group. */
    Map<String, List<Operand<TFloat32>>> sums() {
        Map<String, List<Operand<TFloat32>>> all = new LinkedHashMap<>();
        parts.forEach(part -> part.sums.forEach((group, sum) -> all.put(group, List.of(sum.value()))));
        return all;
    }

    /** What a sum takes of Java's heap, in bytes. */
    long heapBytes() {
        long ofPart = parts.stream()
                .mapToLong(part ->
                        part.sums.values().stream().mapToLong(Parameter::size).sum())
                .max()
                .orElse(0);
        return COPIES * Float.BYTES * Math.max(ofPart, Math.min(slice, numbers));
    }

    /** Sums what the lanes of all workers have accumulated. */
    void sum(TrainingSession session) {
        SlicedSum<Parameter> sum = new SlicedSum<>(
                Math.toIntExact(Math.min(slice, numbers)), workers::allReduce, sums -> write(session, sums));
        for (Part part : parts) {
            Map<String, HostTensor> own = part.read.run(session, new Nothing()).sums();
            part.sums.forEach((group, parameter) -> sum.add(
                    parameter, Objects.requireNonNull(own.get(group), group).data()));
        }
        sum.end();
    }

    private static void write(TrainingSession session, Map<Parameter, float[]> sums) {
        Map<Parameter, HostTensor> values = new LinkedHashMap<>();
        sums.forEach((parameter, sum) -> values.put(parameter, HostTensor.of(sum, sum.length)));
        session.writeAll(values);
    }
}
