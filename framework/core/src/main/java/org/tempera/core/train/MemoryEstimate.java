package org.tempera.core.train;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.tempera.spi.UserException;
import org.tempera.spi.policy.PolicyShape;

/**
 * A lower bound of the memory that a run needs, so that one that cannot work fails before it is built.
 *
 * @param weightBytes the policy's weights
 * @param rolloutBytes latents of an epoch
 * @param availableBytes physical memory of the machine
 */
record MemoryEstimate(long weightBytes, long rolloutBytes, long availableBytes) {
    private static final double GIB = 1L << 30;

    static MemoryEstimate of(TrainingSpec spec) {
        PolicyShape shape = spec.policy().shape();
        long latents = 4L * spec.sampling().samplesPerEpoch() * (spec.sampling().steps() + 1) * shape.latentSize();
        long physical =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                        ? os.getTotalMemorySize()
                        : Long.MAX_VALUE;
        return new MemoryEstimate(4 * spec.policy().parameterCount(), latents, physical);
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
    }
}
