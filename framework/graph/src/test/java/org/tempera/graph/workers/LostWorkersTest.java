package org.tempera.graph.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.testng.annotations.Test;

/** What is said, from what TensorFlow was seen to say. */
public class LostWorkersTest {
    private static final String AGAIN = ". " + LostWorkerException.START_AGAIN;

    private final LostWorkers lost = new LostWorkers(worker -> "worker " + worker);

    /** As the second of three has it, who hears of the first's connection to the third. */
    private static final TensorFlowFailure ABORTED = new TensorFlowFailure(
            """
            From /job:worker/replica:0/task:1:
            Collective ops is aborted by: Collective ops is aborted by: Connection reset by peer
            Additional GRPC error information from remote target /job:worker/replica:0/task:2 while calling /tensorflow.WorkerService/RecvBuf:
            The error could be from a previous operation. Restart your program to reset.
            Additional GRPC error information from remote target /job:worker/replica:0/task:0 while calling /tensorflow.WorkerService/RecvBuf:
            """);

    @Test
    public void namesTheFirstLostFirst() {
        Fault refuses = Fault.away("refuses connections");
        assertThat(lost.of(Map.of(0, refuses, 2, Fault.away("has not answered for 20 s")), ABORTED.peer()))
                .hasMessage(
                        "Lost worker 2, which has not answered for 20 s, and worker 0, which refuses connections; one may"
                                + " have ended because of another, as their logs say, or this worker is cut off"
                                + AGAIN);
        assertThat(lost.of(Map.of(0, refuses), Optional.of(2)))
                .hasMessage("Lost worker 0, which refuses connections" + AGAIN);
    }

    /** Whatever is said of it besides. */
    @Test
    public void aWorkerOfOthersIsAMistakeThatComesAgain() {
        Fault stranger = Fault.otherAddresses().said("", " (https_proxy is set)");
        assertThat(lost.of(Map.of(0, Fault.away("refuses connections"), 1, stranger), Optional.empty()))
                .isNotInstanceOf(LostWorkerException.class)
                .hasMessageStartingWith("worker 1 was given other addresses, or is a worker of another run.");
        assertThat(stranger.isMistake()).isTrue();
        assertThat(Fault.unknownName().isMistake()).isTrue();
        assertThat(Fault.away("refuses connections").isMistake()).isFalse();
    }

    @Test
    public void namesWhoseConnectionBrokeWhereAllAnswer() {
        assertThat(lost.of(ABORTED))
                .isInstanceOf(LostWorkerException.class)
                .hasMessage("The connection to worker 2 broke, though it answers: Connection reset by peer" + AGAIN);
        assertThat(lost.of(new TensorFlowFailure("out of\u001b memory.\nat a place")))
                .hasMessage("TensorFlow cannot exchange data, though all workers answer: out of\\u001b memory" + AGAIN);
    }

    @Test
    public void namesWhoWasStartedAgain() {
        assertThat(lost.of(new TensorFlowFailure(
                        "Device /job:worker/replica:0/task:1/device:CPU:0 current incarnation doesn't match with one"
                                + " in the group. This usually means this worker has restarted")))
                .hasMessage(
                        "worker 1 is known to the others as another process: it was started again without them, or one"
                                + " index was given to two workers" + AGAIN);
    }
}
