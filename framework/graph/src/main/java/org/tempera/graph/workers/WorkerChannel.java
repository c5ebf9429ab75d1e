package org.tempera.graph.workers;

import java.util.List;

/**
 * Carries data between the workers of a run, each a process of its own. All workers call the same methods in the same
 * order, from one thread at a time; a call comes back when all have come to it.
 *
 * <p>Every method throws a {@link LostWorkerException} if a worker is not there any more or has failed of what may
 * pass, and another {@link org.tempera.spi.UserException} if one has failed of what comes again, or the workers have
 * come to different calls. Whatever is thrown ends the channel: the workers have to be started again, all of them.
 */
public interface WorkerChannel extends AutoCloseable {
    /**
     * Numbers of a sum that go at a time, 4 MiB of them: more that lie end to end have the same bits if they are summed
     * in slices of a multiple of it.
     */
    int NUMBERS_AT_A_TIME = Bucket.LARGE.numbers();

    /** How many workers there are, this one included. */
    int count();

    /** Which of them this is, from 0 on. */
    int index();

    /** What a worker is called in messages, such as {@code worker 1 (node-1:2222)}. */
    String name(int worker);

    /** What each worker brings, by its index; they may bring different amounts. */
    List<byte[]> allGather(byte[] own);

    /** What the first worker brings; what others do is left alone. */
    byte[] broadcast(byte[] ofFirst);

    /**
     * Adds what all workers bring, element by element, in an order that depends on their number, the same on all.
     *
     * @param own as many numbers on every worker
     */
    float[] allReduce(float[] own);

    /**
     * Tells the others that this worker has failed, whatever it is that they call next: their call throws it. Nothing
     * but {@link #close} is called after it.
     *
     * @param kind by which the others know whether to be started again
     * @param why in the words that users are told
     */
    void fail(FailureKind kind, String why);

    /**
     * Asks the others to stop, beside whatever they do; may be called from any thread. One that does not hear of it
     * hears of it in the next call, if this worker says so there.
     */
    void askOthersToStop();

    /**
     * Says what is done when another worker asks this one to stop, in a thread of the channel's.
     *
     * @param stop run at once where that was asked before
     */
    void whenAskedToStop(Runnable stop);

    /** Leaves the group. The others are told of it, and waited for some seconds at most. */
    @Override
    void close();

    /** That of a process that is alone. */
    static WorkerChannel alone() {
        return new WorkerChannel() {
            @Override
            public int count() {
                return 1;
            }

            @Override
            public int index() {
                return 0;
            }

            @Override
            public String name(int worker) {
                return "worker 0";
            }

            @Override
            public List<byte[]> allGather(byte[] own) {
                return List.of(own);
            }

            @Override
            public byte[] broadcast(byte[] ofFirst) {
                return ofFirst;
            }

            @Override
            public float[] allReduce(float[] own) {
                return own;
            }

            @Override
            public void fail(FailureKind kind, String why) {}

            @Override
            public void askOthersToStop() {}

            @Override
            public void whenAskedToStop(Runnable stop) {}

            @Override
            public void close() {}
        };
    }
}
