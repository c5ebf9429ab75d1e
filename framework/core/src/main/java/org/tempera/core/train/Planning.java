package org.tempera.core.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.core.plan.DiskPlan;
import org.tempera.core.plan.MemoryPlan;
import org.tempera.core.plan.Part;
import org.tempera.core.plan.Work;
import org.tempera.graph.FreeMemory;
import org.tempera.record.image.ImageSize;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.PolicyShape;

/** What a run takes of memory and of the disk, by its graph, which is built and holds no weights yet. */
final class Planning {
    /** Where the system does not tell what this process holds: what it holds on Linux. */
    private static final long PROCESS = 400_000_000;

    /** Of a line in the log of samples, with some scores. */
    private static final long SAMPLE_BYTES = 400;

    private static final String SHARED = "shared/";

    private Planning() {}

    static MemoryPlan memory(TrainingSpec spec, TrainingModel model, MemoryEstimate host, Set<Work> works) {
        return new MemoryPlan(
                FreeMemory.ofThisMachine().of(ProcessHandle.current().pid()).orElse(PROCESS),
                variables(model.variableBytes()),
                host.heap(),
                new Part(
                        "text encoders",
                        spec.run().precision().bytesOfFrozenWeight()
                                * spec.policy().text().parameterCount()),
                List.copyOf(works));
    }

    /** By the part of the graph that declared them: a network, a reward, an optimiser, a tower that several share. */
    private static List<Part> variables(Map<String, Long> bytes) {
        Map<String, Long> parts = new LinkedHashMap<>();
        bytes.forEach((name, b) -> parts.merge(part(name), b, Long::sum));
        return parts.entrySet().stream()
                .map(e -> new Part(e.getKey(), e.getValue()))
                .toList();
    }

    private static String part(String parameter) {
        String[] path = parameter.split("/", 4);
        if (parameter.startsWith(SHARED)) {
            return SHARED + path[1].split("_", 2)[0];
        }
        return path.length < 3 || path[0].equals(path[1]) ? path[0] : path[0] + "/" + path[1];
    }

    static DiskPlan disk(TrainingSpec spec, TrainingModel model, MemoryEstimate host, int evaluations) {
        PolicyShape shape = spec.policy().shape();
        Map<String, Long> bytes = model.variableBytes();
        long checkpoint = of(bytes, model.saved())
                + model.learner()
                        .refit()
                        .map(r -> r.tensors().values().stream()
                                .mapToLong(t -> 4L * t.size())
                                .sum())
                        .orElse(0L)
                + host.keptBytes();
        int saves = spec.run().epochs() / spec.checkpoint().every() + evaluations + 1;
        long kept = (long) spec.checkpoint().keepLast()
                + (evaluations > 0 ? spec.checkpoint().keepBest() : 0);
        ImageSize picture = new ImageSize(shape.imageWidth(), shape.imageHeight());
        int inGrid = Math.min(spec.evaluation().gridSamples(), spec.evaluation().samples());
        long lines = (long) spec.run().epochs() * spec.sampling().samplesPerEpoch()
                + (long) evaluations * spec.evaluation().samples();
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("trained weights", of(bytes, model.exported())));
        parts.add(new Part(
                "pictures of evaluations, and TensorBoard's",
                2L * evaluations * 3 * inGrid * picture.pixels(),
                List.of("run.epochs", "evaluation.every", "evaluation.grid-samples")));
        parts.add(new Part(
                "log of samples",
                lines * SAMPLE_BYTES,
                List.of(
                        "run.epochs",
                        "sampling.batch-size",
                        "sampling.batches-per-epoch",
                        "evaluation.every",
                        "evaluation.samples")));
        parts.add(new Part("an epoch that is stopped within", host.rolloutBytes(), MemoryEstimate.OF_EPOCH));
        return new DiskPlan(checkpoint, (int) Math.min(kept, saves) + 1, parts);
    }

    private static long of(Map<String, Long> bytes, List<Parameter> parameters) {
        return parameters.stream()
                .mapToLong(p -> bytes.getOrDefault(p.name(), 0L))
                .sum();
    }
}
