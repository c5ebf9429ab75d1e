package org.tempera.core.train;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.slf4j.LoggerFactory;
import org.tempera.core.workers.Meeting;
import org.tempera.core.workers.Parcel;
import org.tempera.core.workers.Workers;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Parameter;

/**
 * Sees to it that all workers hold the same numbers. Each takes the optimiser's steps itself, from the same gradients,
 * and machines of one kind come to the same bits; a processor with other instructions, or a GPU beside one, rounds
 * otherwise. Where they differ, all go on with what the first has.
 */
final class SameWeights {
    /** Numbers that are read, compared and handed on at a time. */
    private static final long IN_A_SLICE = 1L << 25;

    private static final String SUMS = "sums";

    private final Workers workers;
    private final TrainingSession session;
    private final List<List<Parameter>> slices = new ArrayList<>();
    private boolean warned;

    /** @param parameters what is compared, in the same order on all workers */
    SameWeights(Workers workers, TrainingSession session, List<Parameter> parameters) {
        this.workers = workers;
        this.session = session;
        long numbers = 0;
        for (Parameter parameter : parameters) {
            if (slices.isEmpty() || numbers + parameter.size() > IN_A_SLICE) {
                slices.add(new ArrayList<>());
                numbers = 0;
            }
            slices.get(slices.size() - 1).add(parameter);
            numbers += parameter.size();
        }
    }

    /** Compares them, and takes the first worker's where they differ. */
    void synchronise() {
        if (!workers.many()) {
            return;
        }
        List<List<String>> all = workers.share(Meeting.WEIGHTS, () -> Parcel.of(Map.of(SUMS, sums()))).stream()
                .map(parcel -> parcel.fields().texts(SUMS))
                .toList();
        int[] different = IntStream.range(0, slices.size())
                .filter(slice ->
                        all.stream().map(sums -> sums.get(slice)).distinct().count() > 1)
                .toArray();
        for (int slice : different) {
            take(slices.get(slice));
        }
        if (different.length > 0 && !warned) {
            warned = true;
            LoggerFactory.getLogger(SameWeights.class)
                    .warn("the workers compute otherwise in the last bits, as machines of different kinds do: from here"
                            + " on all take the first one's weights before each epoch and evaluation. The run is no more"
                            + " the one that other workers would train");
        }
    }

    private List<String> sums() {
        List<String> sums = new ArrayList<>();
        for (List<Parameter> slice : slices) {
            CRC32C sum = new CRC32C();
            for (HostTensor value : session.readAll(slice)) {
                ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, value.size()));
                bytes.asFloatBuffer().put(value.data());
                sum.update(bytes);
            }
            sums.add(Long.toHexString(sum.getValue()));
        }
        return sums;
    }

    private void take(List<Parameter> slice) {
        Parcel first = workers.fromFirst(() -> {
            List<HostTensor> values = session.readAll(slice);
            Map<String, HostTensor> byName = new LinkedHashMap<>();
            for (int i = 0; i < slice.size(); i++) {
                byName.put(slice.get(i).name(), values.get(i));
            }
            return new Parcel(Map.of(), byName);
        });
        if (!workers.first()) {
            Map<Parameter, HostTensor> values = new LinkedHashMap<>();
            slice.forEach(
                    p -> values.put(p, Objects.requireNonNull(first.tensors().get(p.name()), p.name())));
            session.writeAll(values);
        }
    }
}
