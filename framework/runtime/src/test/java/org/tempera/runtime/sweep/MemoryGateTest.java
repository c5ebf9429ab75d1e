package org.tempera.runtime.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.tempera.graph.FreeMemory;
import org.testng.annotations.Test;

public class MemoryGateTest {
    private static final long GIB = 1L << 30;
    private static final OptionalLong UNKNOWN = OptionalLong.empty();

    private static MemoryGate.Taken taken(double now, double peak, boolean shown) {
        return new MemoryGate.Taken("a/seed-1", bytes(now), bytes(peak), shown);
    }

    private static OptionalLong bytes(double gib) {
        return OptionalLong.of((long) (gib * GIB));
    }

    @Test
    public void oneAlwaysMayRun() {
        assertThat(MemoryGate.refusal(OptionalLong.of(0), List.of(), 100 * GIB)).isEmpty();
    }

    @Test
    public void theSecondWaitsUntilItIsKnownWhatTheFirstTakes() {
        assertThat(MemoryGate.refusal(bytes(100), List.of(taken(0.1, 0.1, false)), 0))
                .contains("the next run waits until a/seed-1 has shown what memory a run takes");
        assertThat(MemoryGate.refusal(bytes(100), List.of(taken(2, 3, true)), 0))
                .isEmpty();
        assertThat(MemoryGate.refusal(bytes(100), List.of(taken(0.1, 0.1, false)), 3 * GIB))
                .as("earlier runs have shown it")
                .isEmpty();
    }

    /** The next one's peak, and what the running one is still to take, of what is free less a twentieth. */
    @Test
    public void peaksMustFitIntoWhatIsFree() {
        assertThat(MemoryGate.refusal(bytes(6), List.of(taken(1, 3, true)), 0)).isEmpty();
        assertThat(MemoryGate.refusal(bytes(5), List.of(taken(1, 3, true)), 0))
                .contains("the next run waits for memory: it may take 3.0 GiB, those that run 2.0 GiB more, and 4.8 GiB"
                        + " are free");
        assertThat(MemoryGate.refusal(bytes(5), List.of(taken(3, 3, true)), 0)).isEmpty();
        assertThat(MemoryGate.refusal(bytes(3), List.of(taken(3, 3, true), taken(3, 3, true)), 0))
                .contains("the next run waits for memory: it may take 3.0 GiB, and 2.8 GiB are free");
    }

    /** It takes nothing any more, and says nothing of what it took. */
    @Test
    public void oneThatHasEndedHidesNoneThatRuns() {
        MemoryGate.Taken ended = new MemoryGate.Taken("b/seed-1", UNKNOWN, UNKNOWN, true);
        assertThat(MemoryGate.refusal(bytes(5), List.of(ended, taken(1, 3, true)), 0))
                .hasValueSatisfying(
                        why -> assertThat(why).startsWith("the next run waits for memory: it may take 3.0 GiB"));
        assertThat(MemoryGate.refusal(bytes(5), List.of(ended, taken(1, 3, false)), 0))
                .as("nor has it shown what a run takes")
                .contains("the next run waits until a/seed-1 has shown what memory a run takes");
        assertThat(MemoryGate.refusal(bytes(1), List.of(ended), 8 * GIB)).isEmpty();
    }

    @Test
    public void whereTheSystemTellsNothingTheNumberAloneDecides() {
        assertThat(MemoryGate.refusal(UNKNOWN, List.of(taken(1, 3, true)), 0)).isEmpty();
        assertThat(MemoryGate.refusal(bytes(1), List.of(new MemoryGate.Taken("a", UNKNOWN, UNKNOWN, false)), 8 * GIB))
                .isEmpty();
    }

    @Test
    public void linuxTellsWhatIsFreeAndWhatAProcessTakes() throws IOException {
        try (SweepFiles files = new SweepFiles()) {
            FreeMemory memory = new FreeMemory(files.file("root"));
            assertThat(memory.bytes()).isEmpty();
            assertThat(memory.of(7)).isEmpty();
            files.write("root/proc/meminfo", "MemTotal:  4000 kB\nMemFree:   100 kB\nMemAvailable:   2000 kB\n");
            files.write("root/proc/7/status", "Name:\tjava\nVmHWM:\t  300 kB\nVmRSS:\t  200 kB\nRssAnon:\t 150 kB\n");
            assertThat(memory.bytes()).hasValue(2000 * 1024);
            assertThat(memory.of(7)).hasValue(200 * 1024);
            assertThat(memory.ownOf(7)).hasValue(150 * 1024);
            assertThat(memory.peakOf(7)).hasValue(300 * 1024);
            files.write("root/proc/self/cgroup", "0::/a/b\n");
            files.write("root/sys/fs/cgroup/a/b/memory.max", "max\n");
            files.write("root/sys/fs/cgroup/a/b/memory.current", "500000\n");
            assertThat(memory.bytes()).as("no limit").hasValue(2000 * 1024);
            files.write("root/sys/fs/cgroup/a/memory.max", "1000000\n");
            files.write("root/sys/fs/cgroup/a/memory.current", "600000\n");
            files.write("root/sys/fs/cgroup/a/memory.stat", "anon 5\ninactive_file 50000\nactive_file 7\n");
            assertThat(memory.bytes())
                    .as("the limit of the group above, less what cannot be given back")
                    .hasValue(450_000);
            files.write("root/proc/self/cgroup", "3:cpu:/\n4:memory:/job\n");
            files.write("root/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "800000\n");
            files.write("root/sys/fs/cgroup/memory/job/memory.usage_in_bytes", "700000\n");
            files.write("root/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
            files.write("root/sys/fs/cgroup/memory/memory.usage_in_bytes", "900000\n");
            assertThat(memory.bytes()).as("a group of the first kind").hasValue(100_000);
        }
    }
}
