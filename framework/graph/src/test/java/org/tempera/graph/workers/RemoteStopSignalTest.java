package org.tempera.graph.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.tempera.graph.NativeLibrary;
import org.testng.annotations.Test;

public class RemoteStopSignalTest {
    /** Here TensorFlow takes the server's address for none: one that is not there it would wait for. */
    @Test(timeOut = 60_000)
    public void whereItCannotBeHeardThatIsSaid() throws Exception {
        NativeLibrary.load().await();
        BlockingQueue<String> notes = new LinkedBlockingQueue<>();
        new RemoteStopSignal(new Cluster(List.of("127.0.0.1:1", "127.0.0.1:2"), 0), "nobody://127.0.0.1:1", 7)
                .whenGiven(() -> notes.add("stopped"), notes::add);
        assertThat(notes.poll(50, TimeUnit.SECONDS))
                .startsWith("hears of a stop that another worker is asked for no sooner than where they meet: ");
    }
}
