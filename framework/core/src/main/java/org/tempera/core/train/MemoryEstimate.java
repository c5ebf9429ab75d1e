package org.tempera.core.train;

import java.util.List;
import java.util.Locale;
import org.tempera.graph.MachineMemory;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.policy.PolicyShape;

/**
 * A lower bound of the memory that a run needs, so that one that cannot work fails before it is built.
 *
 * @param weightBytes the policy's weights
 * @param rolloutBytes latents of an epoch, and means of its steps where they are kept, which lie in Java's heap
 * @param availableBytes physical memory of the machine
 * @param heapBytes what Java's heap may have of it
 */
record MemoryEstimate(long weightBytes, long rolloutBytes, long availableBytes, long heapBytes) {
    private static final double GIB = 1L << 30;

    static MemoryEstimate of(TrainingSpec spec) {
        PolicyShape shape = spec.policy().shape();
        long latents = Math.multiplyExact(
                4L * spec.sampling().samplesPerEpoch() * (spec.sampling().steps() + 1), shape.latentSize());
        boolean means =
                spec.algorithm().columns().stream().anyMatch(c -> c.name().equals(Rollout.MEAN));
        return new MemoryEstimate(
                4 * spec.policy().parameterCount(),
                means ? 2 * latents : latents,
                MachineMemory.ofThisMachine().bytes(),
                Runtime.getRuntime().maxMemory());
    }

    long needed() {
        return weightBytes + rolloutBytes;
    }

    /**
     * Fails if the machine cannot hold it.
     *
     * @throws UserException with what is needed and what there is
     */
    void check() {
        if (needed() > availableBytes) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "too little memory: the weights need %.1f GiB and the latents of an epoch %.1f GiB, this machine has"
                            + " %.1f GiB. Use a smaller model, or fewer samples or steps in an epoch.",
                    weightBytes / GIB,
                    rolloutBytes / GIB,
                    availableBytes / GIB));
        }
        if (rolloutBytes > heapBytes) {
            String heap = String.format(Locale.ROOT, "-Xmx%dg", (long) Math.ceil(1 + 1.25 * rolloutBytes / GIB));
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "too little memory: the latents of an epoch need %.1f GiB of Java's heap, which may have %.1f"
                                    + " GiB. Raise it, such as with %s, or use fewer samples or steps in an epoch.",
                            rolloutBytes / GIB,
                            heapBytes / GIB,
                            heap),
                    List.of(Remedy.jvmOption(heap)));
        }
    }
}
