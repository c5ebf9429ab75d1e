package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

/** Threads that the system does not allow are found out before TensorFlow asks for them. */
public class ThreadProbeTest {
    @Test
    public void leavesNoThreadBehind() {
        List<Thread> started = new ArrayList<>();
        ThreadProbe.require(20, idle -> counted(started, idle));
        assertThat(started).hasSize(20).noneMatch(Thread::isAlive);
    }

    @Test
    public void saysHowManyAreMissingAndEndsTheOthers() {
        List<Thread> started = new ArrayList<>();
        assertThatThrownBy(() -> ThreadProbe.require(
                        20, idle -> started.size() < 3 ? counted(started, idle) : new NotAllowed(idle)))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "TensorFlow and Tempera need 20 more threads, and the system allows 3. Raise its limit of processes"
                                + " (ulimit -u, or the container's), or set run.threads to fewer.");
        assertThat(started).hasSize(3).noneMatch(Thread::isAlive);
    }

    private static Thread counted(List<Thread> started, Runnable idle) {
        Thread t = new Thread(idle);
        started.add(t);
        return t;
    }

    /** Fails as the JVM's threads do. */
    private static final class NotAllowed extends Thread {
        NotAllowed(Runnable idle) {
            super(idle);
        }

        @Override
        public synchronized void start() {
            throw new OutOfMemoryError("unable to create native thread");
        }
    }
}
