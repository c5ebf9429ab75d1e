package org.tempera.graph.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class LocalWorkersTest {
    @Test
    public void eachTakesWhatAllBring() throws Exception {
        List<String> seen = onAll(3, channel -> {
            StringBuilder text = new StringBuilder();
            for (byte[] each : channel.allGather(new byte[channel.index()])) {
                text.append(each.length);
            }
            text.append(' ').append(channel.broadcast(new byte[] {(byte) (7 + channel.index())})[0]);
            float[] sum = channel.allReduce(new float[] {channel.index(), 1});
            return text.append(' ').append(sum[0]).append(' ').append(sum[1]).toString();
        });
        assertThat(seen).containsOnly("012 7 3.0 3.0").hasSize(3);
    }

    @Test
    public void tellsThatPlacesDiffer() {
        assertThatThrownBy(() -> onAll(
                        2,
                        channel -> channel.index() == 0
                                ? channel.allGather(new byte[1])
                                : channel.allReduce(new float[2])))
                .cause()
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "The workers have come to different places: worker 0 gathers (call 0), worker 1 sums 2 numbers"
                                + " (call 0). All of them need the same version, configuration and files. Start all workers again,"
                                + " the first to go on with its run: they take its last checkpoint.");
    }

    @Test
    public void tellsOfSumsOfDifferentLengths() {
        assertThatThrownBy(() -> onAll(2, channel -> channel.allReduce(new float[2 + channel.index()])))
                .cause()
                .hasMessageContaining("worker 0 sums 2 numbers (call 0), worker 1 sums 3 numbers (call 0)");
    }

    @Test
    public void tellsWhoHasEnded() {
        assertThatThrownBy(() -> onAll(3, channel -> {
                    channel.allGather(new byte[0]);
                    if (channel.index() == 1) {
                        channel.close();
                        return "";
                    }
                    return channel.allGather(new byte[0]);
                }))
                .cause()
                .isInstanceOf(LostWorkerException.class)
                .hasMessageStartingWith("worker 1 has ended before the others; its log says why. Start all workers");
    }

    @Test
    public void asksTheOthersToStop() {
        LocalWorkers workers = new LocalWorkers(3);
        List<Integer> asked = new ArrayList<>();
        workers.channel(0).whenAskedToStop(() -> asked.add(0));
        workers.channel(1).whenAskedToStop(() -> asked.add(1));
        workers.channel(1).askOthersToStop();
        workers.channel(1).askOthersToStop();
        workers.channel(2).whenAskedToStop(() -> asked.add(2));
        assertThat(asked).containsExactly(0, 2);
    }

    @Test
    public void tellsWhyOneHasFailed() {
        assertThat(heard(FailureKind.PASSING, "no answer"))
                .isInstanceOf(LostWorkerException.class)
                .hasMessage("worker 2 has failed: no answer. " + LostWorkerException.START_AGAIN);
        assertThat(heard(FailureKind.LASTING, "no room"))
                .isInstanceOf(UserException.class)
                .isNotInstanceOf(LostWorkerException.class)
                .hasMessage("worker 2 has failed: no room");
    }

    /** Started again, they would meet it again. */
    @Test
    public void tellsOfWhatComesAgainBeforeWhatMayPass() {
        assertThatThrownBy(() -> onAll(3, channel -> {
                    if (channel.index() > 0) {
                        channel.fail(channel.index() == 1 ? FailureKind.PASSING : FailureKind.LASTING, "no room");
                        return "";
                    }
                    return String.valueOf(channel.broadcast(new byte[1])[0]);
                }))
                .cause()
                .isNotInstanceOf(LostWorkerException.class)
                .hasMessage("worker 2 has failed: no room");
    }

    /** What the others throw where the last of three has failed. */
    private static Throwable heard(FailureKind kind, String why) {
        return catchThrowable(() -> onAll(3, channel -> {
                    if (channel.index() == 2) {
                        channel.fail(kind, why);
                        return "";
                    }
                    return String.valueOf(channel.allReduce(new float[1])[0]);
                }))
                .getCause();
    }

    private static <T> List<T> onAll(int count, Function<WorkerChannel, T> work) throws Exception {
        LocalWorkers workers = new LocalWorkers(count);
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                WorkerChannel channel = workers.channel(i);
                running.add(threads.submit(() -> work.apply(channel)));
            }
            return all(running);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> List<T> all(List<Future<T>> running) throws Exception {
        List<T> results = new ArrayList<>();
        ExecutionException failed = null;
        for (Future<T> each : running) {
            try {
                results.add(each.get(20, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
        return results;
    }
}
