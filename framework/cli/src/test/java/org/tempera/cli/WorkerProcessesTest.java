package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tempera.graph.StopSignal;
import org.tempera.runtime.OpenRun;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

public class WorkerProcessesTest {
    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    /** Which nobody would wait for, be it for a moment or for {@code run.cluster.start-seconds}. */
    @Test(timeOut = 120_000)
    public void oneThatEndsBeforeTheRunHasBegunEndsTheWaiting() {
        Path missing = command.file("no-such.conf");
        try (WorkerProcesses workers = WorkerProcesses.start(2, missing, List.of(), command.file("run"))) {
            assertThatThrownBy(() -> workers.awaited(() -> waiting(workers.ended())))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(
                            "worker 1 has ended with exit code 2 before the run has begun. Its log says why: ");
        }
        assertThat(WorkerProcesses.log(command.file("run"), 1)).content().contains("no-such.conf");
    }

    private static OpenRun waiting(StopSignal stop) {
        while (true) {
            stop.check();
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
