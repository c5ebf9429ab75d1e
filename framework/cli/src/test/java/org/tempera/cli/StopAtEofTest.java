package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

public class StopAtEofTest {
    @Test
    public void theEndOfTheInputIsAHangup() throws IOException, InterruptedException {
        List<String> events = new CopyOnWriteArrayList<>();
        CountDownLatch stopped = new CountDownLatch(1);
        Interrupts interrupts = new Interrupts(
                () -> {
                    events.add("stop");
                    stopped.countDown();
                },
                () -> events.add("last"),
                (name, code) -> events.add("halt"),
                System::nanoTime);
        StopAtEof input = new StopAtEof();
        input.hangsUp(interrupts);
        try (PipedOutputStream parent = new PipedOutputStream()) {
            input.watch(new PipedInputStream(parent));
            parent.write(1);
            parent.flush();
            assertThat(stopped.await(50, TimeUnit.MILLISECONDS))
                    .as("what is written is no end")
                    .isFalse();
        }
        assertThat(stopped.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(events).containsExactly("stop");
        assertThat(interrupts.exitCode()).isEqualTo(129);
    }
}
