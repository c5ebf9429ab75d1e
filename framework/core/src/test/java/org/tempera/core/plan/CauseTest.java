package org.tempera.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.tempera.graph.MachineMemory;
import org.testng.annotations.Test;

public class CauseTest {
    private static final long GIB = 1L << 30;
    private static final MachineMemory MUCH = new MachineMemory(64 * GIB);

    private static RunPlan plan(List<Part> inHeap, DiskPlan disk) {
        MemoryPlan memory = new MemoryPlan(
                0,
                List.of(),
                new HeapPlan(inHeap, List.of(), List.of()),
                new Part("text encoders", 0),
                List.of(new Work("training", "gradients", 8, 1, OptionalLong.of(1), 0, 1)));
        return new RunPlan(memory, disk, 1, 0, List.of());
    }

    private static DiskPlan disk(int checkpoints, Part... parts) {
        return new DiskPlan(GIB, checkpoints, List.of(parts));
    }

    @Test
    public void ofTheDiskItIsAPartWithKeys() {
        Room room = new Room(MUCH, MUCH, MUCH, OptionalLong.of(4 * GIB), false);
        Part log = new Part("log of samples", 5 * GIB, List.of("run.epochs", "sampling.batch-size"));
        List<Cause> causes = Cause.of(plan(List.of(), disk(3, log)), room);
        assertThat(causes).containsExactly(new Cause(Cause.Resource.DISK, log));
        assertThat(causes.get(0).toMap())
                .isEqualTo(Map.of("of", "disk", "name", "log of samples", "bytes", 5 * GIB, "keys", log.keys()));
        assertThat(Cause.of(plan(List.of(), disk(6, log)), room))
                .as("most are checkpoints, of which fewer are kept by changes that are tried")
                .isEmpty();
    }

    /** A smaller model would not do. */
    @Test
    public void ofAHeapThatIsTooSmallItIsTheLargestPartEvenWithoutKeys() {
        Part exchange = new Part("exchange with other workers", 5 * GIB);
        RunPlan plan = plan(List.of(exchange, new Part("encoded prompts", GIB)), disk(1));
        MachineMemory heap = new MachineMemory(4 * GIB);
        assertThat(Cause.of(plan, new Room(MUCH, MUCH, heap, OptionalLong.empty(), false)))
                .containsExactly(new Cause(Cause.Resource.HEAP, exchange));
        assertThat(Cause.of(plan, new Room(MUCH, heap, MUCH, OptionalLong.empty(), false)))
                .as("most of the memory is heap")
                .containsExactly(new Cause(Cause.Resource.MEMORY, exchange));
        assertThat(Cause.of(plan, new Room(MUCH, MUCH, MUCH, OptionalLong.empty(), false)))
                .isEmpty();
    }
}
