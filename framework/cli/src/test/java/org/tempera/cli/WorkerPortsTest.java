package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class WorkerPortsTest {
    @DataProvider
    public Object[][] ranges() {
        return new Object[][] {
            {"32768\t60999\n", new WorkerPorts(10_000, 32_767)},
            {"1024 40000\n", new WorkerPorts(40_001, 65_535)},
            {"1024\t65535\n", new WorkerPorts(65_536, 65_535)},
            {"", new WorkerPorts(10_000, 9_999)},
        };
    }

    /** Nothing that connects to somewhere is given a port of theirs meanwhile. */
    @Test(dataProvider = "ranges")
    public void theyAreNoneThatTheSystemGivesOut(String givenOut, WorkerPorts expected) {
        assertThat(WorkerPorts.outside(givenOut)).isEqualTo(expected);
    }

    /** Also one that is taken at one address alone, for a worker listens at all. */
    @Test
    public void thoseThatAreTakenAreLeftOut() throws IOException {
        int free = new WorkerPorts(10_000, 20_000).free(1, new Random(7)).get(0);
        try (ServerSocket taken = new ServerSocket(free, 1, InetAddress.getLoopbackAddress())) {
            List<Integer> ports = new WorkerPorts(free, free).free(2, new Random(7));
            assertThat(ports).hasSize(2).doesNotHaveDuplicates().doesNotContain(taken.getLocalPort());
        }
    }

    @Test
    public void whereTheRangeIsEmptyAnyServe() {
        assertThat(new WorkerPorts(1, 0).free(3, new Random(7))).hasSize(3).doesNotHaveDuplicates();
    }
}
