package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.Test;

public class LanesTest {
    @Test
    public void resultsAreTakenInOrderWhateverEndsFirst() {
        CountDownLatch lastIsDone = new CountDownLatch(1);
        List<Integer> taken = new ArrayList<>();
        try (Lanes lanes = new Lanes(2)) {
            lanes.inOrder(
                    4,
                    i -> {
                        if (i == 0) {
                            await(lastIsDone);
                        } else if (i == 3) {
                            lastIsDone.countDown();
                        }
                        return 10 * i;
                    },
                    (i, result) -> taken.add(i + result));
        }
        assertThat(taken).containsExactly(0, 11, 22, 33);
    }

    @Test
    public void oneLaneGoesOnWhileAResultIsTaken() {
        CountDownLatch secondHasBegun = new CountDownLatch(1);
        try (Lanes lanes = new Lanes(1)) {
            lanes.inOrder(
                    2,
                    i -> {
                        if (i == 1) {
                            secondHasBegun.countDown();
                        }
                        return i;
                    },
                    (i, result) -> await(secondHasBegun));
        }
    }

    @Test
    public void aFailureIsThrownOnWhenNothingRunsAnyMore() {
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch otherRuns = new CountDownLatch(1);
        try (Lanes lanes = new Lanes(2)) {
            assertThatThrownBy(() -> lanes.inOrder(
                            100,
                            i -> {
                                begun.incrementAndGet();
                                if (i == 0) {
                                    await(otherRuns);
                                    ended.incrementAndGet();
                                    throw new IllegalStateException("the first");
                                }
                                otherRuns.countDown();
                                sleep();
                                ended.incrementAndGet();
                                return i;
                            },
                            (i, result) -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the first");
            assertThat(ended.get()).isEqualTo(begun.get()).isLessThan(100);
        }
    }

    @Test
    public void aTakerThatFailsStopsTheRest() {
        AtomicInteger begun = new AtomicInteger();
        try (Lanes lanes = new Lanes(1)) {
            assertThatThrownBy(() -> lanes.inOrder(
                            100,
                            i -> {
                                sleep();
                                return begun.incrementAndGet();
                            },
                            (i, result) -> {
                                throw new IllegalArgumentException("no");
                            }))
                    .hasMessage("no");
            assertThat(begun.get()).isLessThan(100);
        }
    }

    @Test
    public void aThreadThatCannotBeMadeIsToldWhenNothingRunsAnyMore() {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        try (Lanes lanes = new Lanes(2, work -> {
            if (made.getAndIncrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(work);
        })) {
            assertThatThrownBy(() -> lanes.inOrder(
                            5,
                            i -> {
                                running.incrementAndGet();
                                sleep();
                                return running.decrementAndGet();
                            },
                            (i, result) -> {}))
                    .isInstanceOf(OutOfMemoryError.class);
            assertThat(running).hasValue(0);
        }
    }

    @Test
    public void anInterruptAsksForAStopAndLosesNothing() {
        List<Integer> taken = new ArrayList<>();
        try (Lanes lanes = new Lanes(1)) {
            Thread.currentThread().interrupt();
            lanes.inOrder(
                    3,
                    i -> {
                        sleep();
                        return i;
                    },
                    (i, result) -> taken.add(result));
            assertThat(lanes.stop().isGiven()).isTrue();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(taken).containsExactly(0, 1, 2);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing happened");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
