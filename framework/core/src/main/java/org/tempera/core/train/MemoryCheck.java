package org.tempera.core.train;

import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.tempera.base.text.ByteSize;
import org.tempera.core.plan.MemoryPlan;
import org.tempera.core.plan.Room;
import org.tempera.graph.ComputeDevice;
import org.tempera.graph.MachineMemory;
import org.tempera.spi.policy.PolicyShape;

/**
 * Looks, when a run's graph is built and no weights are read yet, whether there is memory for it. A run that could not
 * be held even with what the machine has on a disk is refused. One whose estimated peak is above what is free gets a
 * warning only: the estimate has an error, and others may end.
 */
final class MemoryCheck {
    /**
     * Bytes of tensors for each byte of the pictures that are computed side by side, beyond which no model has been
     * seen to go by far (1,400 and less). An estimate takes some tenths of a second, which a small run is spared.
     */
    private static final double MOST = 10_000;

    private MemoryCheck() {}

    /**
     * Looks at this machine, but where a GPU computes: what is computed then lies in its memory.
     *
     * @throws org.tempera.spi.UserException if the run cannot be held
     */
    static void require(TrainingSpec spec, TrainingModel model, MemoryEstimate host) {
        if (!ComputeDevice.isGpuUsed(spec.threads())) {
            int processes = spec.run().cluster().onThisHost();
            MachineMemory most = MachineMemory.withSwapOfThisMachine().share(processes);
            warning(spec, model, host, Room.usableHere(processes), most)
                    .ifPresent(LoggerFactory.getLogger(MemoryCheck.class)::warn);
        }
    }

    /**
     * What a person should know before the run begins; empty where there is enough.
     *
     * @param usable memory that is free for the run
     * @param most memory that there is at all, with that on a disk
     * @throws org.tempera.spi.UserException if the run cannot be held
     */
    static Optional<String> warning(
            TrainingSpec spec, TrainingModel model, MemoryEstimate host, MachineMemory usable, MachineMemory most) {
        if (usable.holds(bound(spec, model, host))) {
            return Optional.empty();
        }
        MemoryPlan plan = Planning.memory(
                spec, model, host, Works.of(spec, model, Optional.empty()).keySet());
        plan.requireLeast(most);
        return usable.holds(plan.peakBytes())
                ? Optional.empty()
                : Optional.of("the run takes about " + ByteSize.text(plan.peakBytes())
                        + " of memory at its peak, and " + usable + " are free for it: the system may end it for that."
                        + " A plan of the run says which keys would lower it.");
    }

    private static long bound(TrainingSpec spec, TrainingModel model, MemoryEstimate host) {
        PolicyShape shape = spec.policy().shape();
        double picture = 12.0 * shape.imageHeight() * shape.imageWidth();
        int rows = Math.max(spec.algorithm().batchSize(), model.scorer().batch())
                * model.lanes().count();
        long variables = model.variableBytes().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return (long) (variables + host.heap().bytes() + MOST * picture * rows);
    }
}
