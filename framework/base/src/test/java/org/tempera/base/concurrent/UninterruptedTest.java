package org.tempera.base.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.Test;

public class UninterruptedTest {
    @Test
    public void waitsOnWhenItIsInterruptedAndStaysInterrupted() {
        CompletableFuture<String> work = new CompletableFuture<>();
        Thread.currentThread().interrupt();
        assertThat(Uninterrupted.get(work, () -> work.complete("done"))).isEqualTo("done");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    public void throwsWhatTheWorkThrew() {
        IllegalStateException thrown = new IllegalStateException("broken");
        assertThatThrownBy(() -> Uninterrupted.get(CompletableFuture.failedFuture(thrown), () -> {}))
                .isSameAs(thrown);
        AssertionError error = new AssertionError("never");
        assertThatThrownBy(() -> Uninterrupted.get(CompletableFuture.failedFuture(error), () -> {}))
                .isSameAs(error);
    }

    @Test
    public void looksFromTimeToTimeUntilALookEndsIt() {
        AtomicInteger looks = new AtomicInteger();
        assertThatThrownBy(
                        () -> Uninterrupted.get(new CompletableFuture<String>(), () -> {}, Duration.ofMillis(1), () -> {
                            if (looks.incrementAndGet() == 3) {
                                throw new IllegalStateException("enough");
                            }
                        }))
                .hasMessage("enough");
        assertThat(looks).hasValue(3);
    }
}
