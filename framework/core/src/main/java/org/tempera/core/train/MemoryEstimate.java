package org.tempera.core.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.tempera.base.text.ByteSize;
import org.tempera.core.plan.HeapPlan;
import org.tempera.core.plan.Part;
import org.tempera.graph.ComputeDevice;
import org.tempera.graph.MachineMemory;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.policy.PolicyShape;
import org.tensorflow.ndarray.Shape;

/**
 * A lower bound of the memory that a run needs, so that one that cannot work fails before it is built.
 *
 * @param weightBytes the policy's weights, as if none were trained, where they lie in the host's memory and not in a
 *     GPU's; its text encoders are gone when these are built
 * @param rolloutBytes latents of an epoch, and means of its steps where they are kept, which lie in Java's heap
 * @param keptBytes of these, samples of earlier epochs, which checkpoints hold too
 * @param text what prompts are encoded to, in Java's heap as long as the run
 * @param exchangedBytes what workers hand each other in an epoch, in Java's heap with its latents
 * @param pictureBytes the pictures of an evaluation, in Java's heap, when an epoch's latents are not
 * @param availableBytes memory of the machine, with that on a disk
 * @param heapBytes what Java's heap may have of it
 */
record MemoryEstimate(
        long weightBytes,
        long rolloutBytes,
        long keptBytes,
        Part text,
        long exchangedBytes,
        long pictureBytes,
        long availableBytes,
        long heapBytes) {
    private static final double GIB = 1L << 30;

    /** Keys that say how large an epoch is. */
    static final List<String> OF_EPOCH = List.of("sampling.batch-size", "sampling.batches-per-epoch", "sampling.steps");

    /** A round's samples lie in the heap so often on their way: packed, gathered, without heads, and one by one. */
    private static final long COPIES_OF_ROUND = 4;

    /** @param prompts how many are encoded, the negative one included */
    static MemoryEstimate of(TrainingSpec spec, int prompts) {
        PolicyShape shape = spec.policy().shape();
        // Pictures of choices keep their latents for the life of the run, once an epoch has them.
        long drawn = (long) spec.run().epochs() * spec.sampling().samplesPerEpoch();
        long kept = spec.learnsFromChoices()
                ? Math.min(drawn, spec.choices().map(c -> c.pictures().size()).orElse(0))
                : 0;
        // Samples of earlier epochs lie by themselves, and with the epoch's own while it is learnt from.
        long samples = spec.epoch().samples() + 2L * spec.algorithm().keptSamples();
        boolean means =
                spec.algorithm().columns().stream().anyMatch(c -> c.name().equals(Rollout.MEAN));
        int each = means ? 2 : 1;
        long sample = Math.multiplyExact(4L * each * (spec.epoch().steps() + 1), shape.latentSize());
        return new MemoryEstimate(
                ComputeDevice.isGpuUsed(spec.threads())
                        ? 0
                        : spec.run().precision().bytesOfFrozenWeight()
                                * spec.policy().parameterCount(),
                Math.multiplyExact(sample, samples) + 4L * each * kept * shape.latentSize(),
                Math.multiplyExact(sample, (long) spec.algorithm().keptSamples()),
                text(spec, prompts),
                Math.multiplyExact(sample, COPIES_OF_ROUND * samplesOfRound(spec)),
                spec.evaluation().every() == 0
                        ? 0
                        : 3L
                                * shape.imageHeight()
                                * shape.imageWidth()
                                * spec.evaluation().samples(),
                MachineMemory.withSwapOfThisMachine()
                        .share(spec.run().cluster().onThisHost())
                        .bytes(),
                Runtime.getRuntime().maxMemory());
    }

    private static Part text(TrainingSpec spec, int prompts) {
        long each = 4L
                * spec.policy().text().shapes().values().stream()
                        .mapToLong(Shape::size)
                        .sum();
        List<String> keys = new ArrayList<>(
                spec.learnsFromChoices() ? List.of("sampling.choices") : List.of("sampling.prompts", "run.epochs"));
        keys.addAll(List.of("evaluation.prompts", "evaluation.samples"));
        return new Part("encoded prompts", Math.multiplyExact(each, (long) prompts), keys);
    }

    /** Samples that workers hand each other at a time: a batch of each lane, or all that are not drawn but read. */
    private static long samplesOfRound(TrainingSpec spec) {
        if (!spec.run().cluster().isMany()) {
            return 0;
        }
        long samples = spec.sampling().samplesPerEpoch();
        long lanes = (long) spec.run().cluster().count() * spec.threads().runs();
        return spec.learnsFromChoices()
                ? samples
                : Math.min(samples, lanes * spec.sampling().batchSize());
    }

    /**
     * The same of a run whose workers hand each other so many bytes of gradients in an update, when rounds are over.
     */
    MemoryEstimate withGradients(long bytes) {
        return new MemoryEstimate(
                weightBytes,
                rolloutBytes,
                keptBytes,
                text,
                Math.max(exchangedBytes, bytes),
                pictureBytes,
                availableBytes,
                heapBytes);
    }

    long needed() {
        return weightBytes + heap().bytes();
    }

    /**
     * What lies in Java's heap. Pictures of an evaluation are drawn when an epoch is learnt from, and its rollout gone.
     */
    HeapPlan heap() {
        return new HeapPlan(
                some(new Part("samples of earlier epochs", keptBytes), text),
                some(
                        new Part("rollout of an epoch", rolloutBytes - keptBytes, OF_EPOCH),
                        new Part("exchange with other workers", exchangedBytes)),
                some(new Part("pictures of an evaluation", pictureBytes, List.of("evaluation.samples"))));
    }

    private static List<Part> some(Part... parts) {
        return Stream.of(parts).filter(p -> p.bytes() > 0).toList();
    }

    /** Whether Java's heap holds what lies there. */
    boolean fitsHeap() {
        return heap().fits(new MachineMemory(heapBytes));
    }

    /**
     * Fails if the machine cannot hold it.
     *
     * @throws UserException with what is needed and what there is
     */
    void check() {
        if (needed() > availableBytes) {
            throw new UserException("too little memory: the weights need " + ByteSize.text(weightBytes)
                    + " and Java's heap " + ByteSize.text(heap().bytes()) + parts() + ", this machine has "
                    + ByteSize.text(availableBytes)
                    + ". Use a smaller model, or " + fewer() + ".");
        }
        if (!fitsHeap()) {
            String more = String.format(Locale.ROOT, "-Xmx%dg", (long) Math.ceil(1 + 1.25 * heap().bytes() / GIB));
            throw new UserException(
                    "too little memory: the run needs " + ByteSize.text(heap().bytes()) + " of Java's heap" + parts()
                            + ", which may have " + ByteSize.text(heapBytes) + ". Raise it, such as with " + more
                            + ", or use " + fewer() + ".",
                    List.of(Remedy.jvmOption(more)));
        }
    }

    private String parts() {
        return " (" + Part.largest(heap().fullest()) + ")";
    }

    /** What would need less when the heap is fullest. */
    private String fewer() {
        boolean evaluating = heap().isFullestInEvaluation();
        List<String> ways = new ArrayList<>();
        if (!evaluating || keptBytes > 0) {
            ways.add("fewer samples or steps in an epoch");
        }
        if (evaluating) {
            ways.add("fewer pictures in an evaluation (evaluation.samples)");
        } else if (exchangedBytes > rolloutBytes) {
            ways.add("fewer batches side by side (run.parallel-batches)");
        }
        if (text.bytes() > GIB / 10) {
            ways.add("fewer prompts");
        }
        return String.join(", or ", ways);
    }
}
