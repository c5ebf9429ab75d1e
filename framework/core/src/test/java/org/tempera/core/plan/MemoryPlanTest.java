package org.tempera.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.tempera.graph.MachineMemory;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class MemoryPlanTest {
    private static final long GIB = 1L << 30;

    private static Work work(String name, int rows, int atATime, long bytes) {
        return new Work("training", name, rows, atATime, OptionalLong.of(10), 0, bytes);
    }

    private static MemoryPlan plan(long encoders) {
        return new MemoryPlan(
                GIB,
                List.of(new Part("policy/unet", 4 * GIB), new Part("optimizer/policy", 2 * GIB)),
                new HeapPlan(List.of(), List.of(new Part("rollout of an epoch", GIB)), List.of()),
                new Part("text encoders", encoders),
                List.of(work("a step of a batch", 1, 1, GIB), work("gradients of a micro-batch", 8, 2, 2 * GIB)));
    }

    @Test
    public void ofTheWorksTheLargestCounts() {
        MemoryPlan plan = plan(GIB);
        assertThat(plan.largest().name()).isEqualTo("gradients of a micro-batch");
        assertThat(plan.peakBytes() - plan.besides()).isEqualTo((1 + 4 + 2 + 1 + 2 * 2) * GIB);
        // Encoders are gone before the rest is read.
        assertThat(plan(20 * GIB).peakBytes() - plan.besides()).isEqualTo(21 * GIB);
    }

    @Test
    public void oneRowOfTheLargestIsTheLeast() {
        assertThat(plan(GIB).leastBytes()).isEqualTo((4 + 2 + 1 + 1) * GIB);
        assertThatCode(() -> plan(GIB).requireLeast(new MachineMemory(8 * GIB))).doesNotThrowAnyException();
        assertThatThrownBy(() -> plan(GIB).requireLeast(new MachineMemory(8 * GIB - 1)))
                .isInstanceOf(UserException.class)
                .hasMessage("too little memory: the run needs 8.0 GiB and more, even if it computed row by row"
                        + " (policy/unet 4.0 GiB, optimizer/policy 2.0 GiB, rollout of an epoch 1.0 GiB), and this"
                        + " machine has 8.0 GiB. A plan of the run says which keys would lower that.");
        // What they gave may lie on the disk, so that they are never loaded.
        assertThatCode(() -> plan(20 * GIB).requireLeast(new MachineMemory(8 * GIB)))
                .doesNotThrowAnyException();
    }

    /** Pictures of an evaluation come when an epoch's rollout is gone. */
    @Test
    public void ofAnEpochAndAnEvaluationTheLargerCounts() {
        HeapPlan heap = new HeapPlan(
                List.of(new Part("encoded prompts", 10)),
                List.of(new Part("rollout of an epoch", 40), new Part("exchange with other workers", 20)),
                List.of(new Part("pictures of an evaluation", 61)));
        RunPlan plan = new RunPlan(
                new MemoryPlan(0, List.of(), heap, new Part("text encoders", 0), List.of(work("a step", 1, 1, 1))),
                new DiskPlan(0, 0, List.of()),
                1,
                1,
                List.of());
        assertThat(room(71, false).lacksHeap(plan)).isFalse();
        assertThat(room(70, false).lacksHeap(plan)).isTrue();
    }

    private static Room room(long heap, boolean onGpu) {
        return new Room(
                new MachineMemory(GIB), new MachineMemory(1), new MachineMemory(heap), OptionalLong.empty(), onGpu);
    }

    /** What is computed lies in a GPU's memory, of which the host's says nothing. */
    @Test
    public void whereAGpuComputesTheHeapAloneDecides() {
        RunPlan plan = new RunPlan(plan(GIB), new DiskPlan(0, 0, List.of()), 1, 1, List.of());
        assertThat(room(GIB, true).holds(plan)).isTrue();
        assertThat(room(GIB - 1, true).holds(plan)).isFalse();
        assertThat(room(GIB, false).holds(plan)).isFalse();
    }

    @Test
    public void secondsAreCountedByPhaseAndByWhatRunsSideBySide() {
        Work steps = new Work("sampling", "a step of a batch", 4, 2, OptionalLong.of(7), 4, 1);
        Work gold = new Work("evaluation", "gold scores", 4, 2, OptionalLong.of(0), 1, 1);
        Work unknown = new Work("training", "gradients of a micro-batch", 4, 2, OptionalLong.empty(), 0, 1);
        Rehearsal rehearsal = new Rehearsal(
                5,
                List.of(
                        new Rehearsal.Timed(steps, 9, 0.5),
                        new Rehearsal.Timed(gold, 9, 3),
                        new Rehearsal.Timed(unknown, 9, 9)),
                OptionalLong.empty());
        assertThat(rehearsal.epochSeconds()).isEqualTo(4 * 0.5);
        assertThat(rehearsal.evaluationSeconds()).isEqualTo(2 * 0.5 + 3);
        assertThat(rehearsal.epoch()).containsOnlyKeys("sampling", "training").containsEntry("sampling", 2.0);
        assertThat(rehearsal.unknown()).containsExactly("gradients of a micro-batch");
    }

    @Test
    public void checkpointsAreCountedTogether() {
        assertThat(new DiskPlan(10, 3, List.of(new Part("trained weights", 4), new Part("log of samples", 1))).bytes())
                .isEqualTo(35);
    }
}
