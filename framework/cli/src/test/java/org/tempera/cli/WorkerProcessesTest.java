package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.StopSignal;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.sweep.Processes;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
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
        try (WorkerProcesses workers = WorkerProcesses.prepare(2, missing, List.of(), command.file("run"))) {
            workers.choosePorts();
            workers.start();
            assertThatThrownBy(() -> workers.awaited(() -> waiting(workers.ended())))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(
                            "worker 1 has ended with exit code 2 before the run has begun. Its log says why: ");
        }
        assertThat(WorkerProcesses.log(command.file("run"), 1)).content().contains("no-such.conf");
    }

    /** Its log, to which it has added nothing, would say nothing of it. */
    @Test(timeOut = 120_000)
    public void oneThatIsKilledBeforeTheRunHasBegunIsSaidToBe() throws IOException {
        Path log = Files.writeString(WorkerProcesses.log(command.file("killed"), 1), "how it ended before\n");
        Path missing = command.file("no-such.conf");
        try (WorkerProcesses workers = WorkerProcesses.prepare(2, missing, List.of(), command.file("killed"))) {
            Set<ProcessHandle> others = ProcessHandle.current().children().collect(Collectors.toSet());
            workers.choosePorts();
            workers.start();
            ProcessHandle.current()
                    .children()
                    .filter(child -> !others.contains(child))
                    .forEach(ProcessHandle::destroyForcibly);
            assertThatThrownBy(() -> workers.awaited(() -> waiting(workers.ended())))
                    .isInstanceOf(LostWorkerException.class)
                    .hasMessage(
                            "worker 1 was killed, perhaps by the system for want of memory, before the run has begun."
                                    + " It has logged nothing. Start the run again, by fewer workers where memory is short.");
        }
        assertThat(log).content().startsWith("how it ended before\n");
    }

    /** Its log hides nothing of what the user asked TensorFlow to say; its GPU is its own. */
    @Test
    public void aWorkerHasThisProcessesEnvironmentButForItsPlace() {
        try (WorkerProcesses workers = WorkerProcesses.prepare(2, Path.of("a.conf"), List.of(), Path.of("a"))) {
            workers.choosePorts();
            Map<String, String> own = workers.environment(1, Map.of("TF_CPP_MIN_LOG_LEVEL", "0"));
            assertThat(own).containsOnlyKeys("TF_CONFIG");
            assertThat(own.get("TF_CONFIG")).contains("\"index\":1", "127.0.0.1:");
            assertThat(workers.environment(1, Map.of("CUDA_VISIBLE_DEVICES", "2,GPU-3")))
                    .containsEntry("CUDA_VISIBLE_DEVICES", "GPU-3");
            assertThat(workers.environment(1, Map.of("CUDA_VISIBLE_DEVICES", "-1")))
                    .containsOnlyKeys("TF_CONFIG");
        }
    }

    /** Java says where it has options from, whatever becomes of the command. */
    @Test
    public void whatJavaItselfWritesIsNoWordOfTheWorkers() throws IOException {
        String before = "how it ended before\n";
        String picked = before + "NOTE: Picked up JDK_JAVA_OPTIONS: -Xmx1g\nPicked up JAVA_TOOL_OPTIONS: -Da=b\n";
        Path log = Files.writeString(command.file("picked.log"), before);
        assertThat(WorkerProcesses.hasLogged(log, before.length())).isFalse();
        Files.writeString(log, picked);
        assertThat(WorkerProcesses.hasLogged(log, before.length())).isFalse();
        Files.writeString(log, picked + "tempera: no-such.conf: there is no such file\n");
        assertThat(WorkerProcesses.hasLogged(log, before.length())).isTrue();
    }

    @DataProvider
    public Object[][] ends() {
        String killed = "was killed, perhaps by the system for want of memory, ";
        String fewer = "Start the run again, by fewer workers where memory is short.";
        return new Object[][] {
            {2, true, 2, "has ended with exit code 2 ", "Its log says why: run-worker-1.log"},
            {70, true, 2, "has ended with exit code 70 ", "Its log says why: run-worker-1.log"},
            {1, false, 2, "has ended with exit code 1 ", "It has logged nothing."},
            {137, false, Failure.AGAIN, killed, "It has logged nothing. " + fewer},
            {137, true, Failure.AGAIN, killed, "What it had logged is in run-worker-1.log. " + fewer},
            {138, true, Failure.AGAIN, "has ended with exit code 138 ", "Its log says why: run-worker-1.log"},
            {143, false, Failure.AGAIN, "was ended by signal 15, ", "It has logged nothing. Start the run again."},
            {134, true, 2, "has crashed (signal 6), ", "What it had logged is in run-worker-1.log."},
            {200, true, 2, "has ended with exit code 200 ", "Its log says why: run-worker-1.log"},
        };
    }

    /** One that was killed for its memory, or has lost this process, says nothing of the config. */
    @Test(dataProvider = "ends")
    public void oneThatWasEndedMayDoBetterAgain(int itsCode, boolean told, int code, String how, String log) {
        UserException ended = WorkerProcesses.ended(1, itsCode, Path.of("run-worker-1.log"), told);
        assertThat(ended).hasMessage("worker 1 " + how + "before the run has begun. " + log);
        assertThat(Failure.of(ended).exitCode()).isEqualTo(code);
    }

    /** One that is stopped (SIGSTOP) hears no signal but one, and would hold a worker's memory for good. */
    @Test(timeOut = 60_000)
    public void oneThatDoesNotHearIsKilled() {
        List<String> calls = new ArrayList<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        Processes.Running stopped = new Processes.Running() {
            @Override
            public boolean isAlive() {
                return !end.isDone();
            }

            @Override
            public CompletableFuture<Void> onExit() {
                return end;
            }

            @Override
            public int exitCode() {
                return 137;
            }

            @Override
            public long pid() {
                return 1;
            }

            @Override
            public void askToStop() {
                calls.add("asked");
            }

            @Override
            public void kill() {
                calls.add("killed");
                end.complete(null);
            }
        };
        WorkerProcesses.end(List.of(stopped), List.of(end), Duration.ofMillis(10));
        assertThat(calls).containsExactly("asked", "killed");
        assertThat(stopped.isAlive()).isFalse();
    }

    @Test
    public void soManyAsTheMachineCannotHoldAreRefused() {
        MachineMemory machine = new MachineMemory(4L << 30);
        WorkerProcesses.requireMemory(16, 1L << 28, machine);
        assertThatThrownBy(() -> WorkerProcesses.requireMemory(17, 1L << 28, machine))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "--local-workers: 17 processes of 256.0 MiB, which each needs besides the model, are more than"
                                + " the 4.0 GiB of memory that there are. Start fewer.");
    }

    /** Its folder is the working folder, and no place for what no run writes. */
    @Test
    public void theLogOfARunThatIsHereLiesBesideItToo() {
        Path here = Path.of("").toAbsolutePath();
        assertThat(WorkerProcesses.log(Path.of("."), 1))
                .isEqualTo(here.resolveSibling(here.getFileName() + "-worker-1.log"));
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
