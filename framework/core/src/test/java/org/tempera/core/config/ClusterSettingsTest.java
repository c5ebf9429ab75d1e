package org.tempera.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.tempera.core.plan.Room;
import org.tempera.core.workers.GradientSums;
import org.tempera.graph.MachineMemory;
import org.testng.annotations.Test;

public class ClusterSettingsTest {
    private static int beside(int index, String... workers) {
        return new ClusterSettings(List.of(workers), index, GradientSums.IN_ORDER, 1).onThisHost();
    }

    @Test
    public void workersOfOneHostShareIt() {
        assertThat(ClusterSettings.defaults().onThisHost()).isEqualTo(1);
        assertThat(beside(0, "a:1", "b:1", "a:2")).isEqualTo(2);
        assertThat(beside(1, "a:1", "b:1", "a:2")).isEqualTo(1);
        assertThat(beside(1, "[::1]:1", "[::1]:2")).isEqualTo(2);
        assertThat(beside(1, "localhost:1", "127.0.0.1:2", "[::1]:3", "a:1"))
                .as("by other names")
                .isEqualTo(3);
    }

    /** Each would find all of it free otherwise, before any of them has read its weights. */
    @Test
    public void noneMayHaveMoreThanItsShareOfTheMemory() {
        long all = MachineMemory.ofThisMachine().bytes();
        assertThat(Room.usableHere(1000).bytes()).isLessThanOrEqualTo(all / 1000);
    }
}
