package org.tempera.core.train;

import java.util.List;
import java.util.Locale;
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
 * @param textBytes what prompts are encoded to, in Java's heap too
 * @param pictureBytes the pictures of an evaluation, in Java's heap, when an epoch's latents are not
 * @param availableBytes memory of the machine, with that on a disk
 * @param heapBytes what Java's heap may have of it
 */
record MemoryEstimate(
        long weightBytes,
        long rolloutBytes,
        long keptBytes,
        long textBytes,
        long pictureBytes,
        long availableBytes,
        long heapBytes) {
    private static final double GIB = 1L << 30;

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
                Math.multiplyExact(
                        4L * prompts,
                        spec.policy().text().shapes().values().stream()
                                .mapToLong(Shape::size)
                                .sum()),
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

    long needed() {
        return weightBytes + heapNeeded();
    }

    /** Whether Java's heap holds what lies there. */
    boolean fitsHeap() {
        return heapNeeded() <= heapBytes && pictureBytes <= heapBytes;
    }

    private long heapNeeded() {
        return rolloutBytes + textBytes;
    }

    /**
     * Fails if the machine cannot hold it.
     *
     * @throws UserException with what is needed and what there is
     */
    void check() {
        if (needed() > availableBytes) {
            throw new UserException("too little memory: the weights need " + gibibytes(weightBytes)
                    + (text().isEmpty() ? " and " : ", ") + "the latents of an epoch " + gibibytes(rolloutBytes)
                    + text()
                    + ", this machine has " + gibibytes(availableBytes) + ". Use a smaller model, or " + fewer() + ".");
        }
        if (pictureBytes > heapBytes) {
            String heap = heapFor(pictureBytes);
            throw new UserException(
                    "too little memory: the pictures of an evaluation need " + gibibytes(pictureBytes)
                            + " of Java's heap, which may have " + gibibytes(heapBytes)
                            + ". Lower evaluation.samples, or raise it, such as with " + heap + ".",
                    List.of(Remedy.jvmOption(heap)));
        }
        if (heapNeeded() > heapBytes) {
            String heap = heapFor(heapNeeded());
            throw new UserException(
                    "too little memory: the latents of an epoch need " + gibibytes(rolloutBytes) + text()
                            + " of Java's heap, which may have " + gibibytes(heapBytes) + ". Raise it, such as with "
                            + heap + ", or use " + fewer() + ".",
                    List.of(Remedy.jvmOption(heap)));
        }
    }

    /** What the prompts need, where it is worth a word. */
    private String text() {
        return textBytes < GIB / 10 ? "" : " and the encoded prompts " + gibibytes(textBytes);
    }

    private static String heapFor(long bytes) {
        return String.format(Locale.ROOT, "-Xmx%dg", (long) Math.ceil(1 + 1.25 * bytes / GIB));
    }

    private String fewer() {
        return "fewer samples or steps in an epoch" + (text().isEmpty() ? "" : ", or fewer prompts");
    }

    private static String gibibytes(long bytes) {
        return MachineMemory.text(bytes);
    }
}
