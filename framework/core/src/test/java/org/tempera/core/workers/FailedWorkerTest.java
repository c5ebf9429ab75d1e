package org.tempera.core.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.tempera.graph.Lanes;
import org.tempera.graph.StopSignal;
import org.tempera.graph.workers.LocalWorkers;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.graph.workers.WorkerChannel;
import org.tempera.spi.UserException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What the others hear of a worker that fails, and what becomes of their work. */
public class FailedWorkerTest {
    private ExecutorService other;
    private LocalWorkers workers;

    @BeforeMethod
    public void begin() {
        workers = new LocalWorkers(2);
        other = Executors.newSingleThreadExecutor();
    }

    @AfterMethod
    public void end() {
        other.shutdownNow();
    }

    /** What the other worker may come to next. */
    @DataProvider
    public Object[][] calls() {
        return List.<Consumer<Workers>>of(
                        here -> here.share(Meeting.GRADIENTS, Parcel::empty),
                        here -> here.allReduce(new float[3]),
                        here -> here.fromFirst(new byte[3]),
                        here -> here.next(Order.of(Order.Task.TRAIN)))
                .stream()
                .map(call -> new Object[] {call})
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "calls", timeOut = 60_000)
    public void theReasonIsHeardWhereverTheOthersAre(Consumer<Workers> next) throws Exception {
        UserException why = new UserException("no room in /tmp");
        Future<?> failing = other.submit(() -> with(1, there -> there.failed(why)));
        Throwable heard = catchThrowable(() -> with(0, next));
        assertThat(heard).isNotInstanceOf(LostWorkerException.class).hasMessage("worker 1 has failed: no room in /tmp");
        failing.get();
        assertThat(why.getSuppressed()).isEmpty();
    }

    /** By which those that are told know whether to be started again, as the one that fails does. */
    @Test(timeOut = 60_000)
    public void whatMayPassIsToldFromWhatComesAgain() throws Exception {
        UserException lost = new UserException("Epoch 2 is saved.", new LostWorkerException("no scorer"));
        assertThat(heard(lost)).isInstanceOf(LostWorkerException.class);
        for (Throwable mistake : List.of(new UserException("no room"), new IllegalStateException("x"))) {
            workers = new LocalWorkers(2);
            assertThat(heard(mistake)).isExactlyInstanceOf(UserException.class);
        }
    }

    private Throwable heard(Throwable why) throws Exception {
        Future<?> failing = other.submit(() -> with(1, there -> there.failed(why)));
        Throwable heard = catchThrowable(() -> with(0, here -> here.allReduce(new float[3])));
        failing.get();
        return heard;
    }

    /** As where a plugin plans other updates on one of them: pieces of any kind would be taken for gradients. */
    @Test(timeOut = 60_000)
    public void workersAtDifferentMeetingsAreToldSo() throws Exception {
        Future<Throwable> there =
                other.submit(() -> catchThrowable(() -> with(1, second -> second.next(Order.of(Order.Task.END)))));
        Throwable here = catchThrowable(() -> with(0, first -> first.share(Meeting.GRADIENTS, Parcel::empty)));
        assertThat(here)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("The workers have come to different places: worker 0 has an update's gradients,"
                        + " worker 1 comes to what is done next. ");
        assertThat(there.get()).hasMessage(here.getMessage());
    }

    @Test(timeOut = 60_000)
    public void twoMayFailAtATime() throws Exception {
        UserException second = new UserException("no room");
        Future<?> failing = other.submit(() -> with(1, there -> there.failed(second)));
        UserException first = new UserException("no time");
        with(0, here -> here.failed(first));
        failing.get();
        assertThat(List.of(first, second))
                .allSatisfy(why -> assertThat(why.getSuppressed()).isEmpty());
    }

    /** Such as where the connection broke, too. */
    @Test(timeOut = 60_000)
    public void whatFailedIsThrownThoughItCannotBeTold() {
        WorkerChannel channel = workers.channel(0);
        channel.close();
        Throwable why = new OutOfMemoryError("small heap");
        try (Lanes lanes = new Lanes(1)) {
            Workers here = new Group(channel, GradientSums.IN_ORDER).with(lanes);
            assertThat(catchThrowable(() -> here.share(Meeting.GRADIENTS, () -> {
                        throw (OutOfMemoryError) why;
                    })))
                    .isSameAs(why);
        }
        assertThat(why.getSuppressed()).singleElement().asString().contains("the channel is closed");
    }

    @Test(timeOut = 60_000)
    public void nothingIsDrawnForWorkersThatHaveParted() throws Exception {
        Future<?> failing = other.submit(() -> with(1, there -> there.failed(new UserException("no score"))));
        CountDownLatch drawing = new CountDownLatch(1);
        try (Lanes lanes = new Lanes(2)) {
            Workers here = new Group(workers.channel(0), GradientSums.IN_ORDER).with(lanes);
            long begin = System.nanoTime();
            assertThat(catchThrowable(() -> here.inOrder(8, new Drawing(here, drawing))))
                    .isInstanceOf(UserException.class)
                    .hasMessage("worker 1 has failed: no score");
            assertThat(lanes.stop().isGiven()).isTrue();
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin))
                    .as("seconds for a batch of 30")
                    .isLessThan(20);
        }
        failing.get();
    }

    /** Whoever is asked asks the others, who would else draw their batch to its end first. */
    @Test(timeOut = 60_000)
    public void whoIsAskedToStopStopsTheOthersAtTheirStep() throws Exception {
        CountDownLatch drawing = new CountDownLatch(1);
        Future<Throwable> there = other.submit(() -> drawn(1, drawing, asked -> {}));
        Throwable here = drawn(0, new CountDownLatch(1), asking -> {
            drawing.await();
            asking.requestStop();
        });
        assertThat(here).isInstanceOf(StopSignal.StoppedException.class);
        assertThat(there.get(20, TimeUnit.SECONDS)).isInstanceOf(StopSignal.StoppedException.class);
    }

    /** Work at which a worker may be asked to stop. */
    @DataProvider
    public Object[][] work() {
        return List.<Consumer<Workers>>of(
                        here -> here.inOrder(8, new Drawing(here, new CountDownLatch(0))),
                        here -> here.share(Meeting.GRADIENTS, () -> {
                            here.lanes().stop().check();
                            return Parcel.empty();
                        }),
                        here -> here.oneByOne(8, piece -> Parcel.empty()))
                .stream()
                .map(work -> new Object[] {work})
                .toArray(Object[][]::new);
    }

    /** Else it would wait for what the first has all do next, from workers that have parted. */
    @Test(dataProvider = "work", timeOut = 60_000)
    public void whoIsAskedToStopHearsThatTheFirstHasFailed(Consumer<Workers> work) throws Exception {
        Future<?> failing = other.submit(() -> with(0, there -> there.failed(new UserException("no room"))));
        Throwable here = catchThrowable(() -> with(1, stopping(work)));
        assertThat(here).isInstanceOf(UserException.class).hasMessage("worker 0 has failed: no room");
        assertThat(here.getSuppressed()).singleElement().isInstanceOf(StopSignal.StoppedException.class);
        failing.get();
    }

    /** It has something to save. */
    @Test(dataProvider = "work", timeOut = 60_000)
    public void theFirstStopsThoughAnotherHasFailed(Consumer<Workers> work) throws Exception {
        Future<?> failing = other.submit(() -> with(1, there -> there.failed(new UserException("no room"))));
        with(0, here -> {
            assertThat(catchThrowable(() -> stopping(work).accept(here)))
                    .isInstanceOf(StopSignal.StoppedException.class);
            assertThat(here.parted()).isTrue();
        });
        failing.get();
    }

    private static Consumer<Workers> stopping(Consumer<Workers> work) {
        return here -> {
            here.lanes().stop().give();
            work.accept(here);
        };
    }

    /** Such as batches of pictures whose steepness is measured, each of which takes its time. */
    @Test(timeOut = 60_000)
    public void piecesThatWereNotBegunAreLeftToo() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        IntFunction<Parcel> counted = piece -> {
            begun.incrementAndGet();
            return Parcel.empty();
        };
        Future<Throwable> there =
                other.submit(() -> catchThrowable(() -> with(1, second -> second.oneByOne(8, counted))));
        Throwable here = catchThrowable(() -> with(
                0,
                first -> first.oneByOne(8, piece -> {
                    first.requestStop();
                    return counted.apply(piece);
                })));
        assertThat(here).isInstanceOf(StopSignal.StoppedException.class);
        assertThat(there.get()).isInstanceOf(StopSignal.StoppedException.class);
        assertThat(begun)
                .as("of the first's four one, of the second's four at most all")
                .hasValueLessThan(6);
    }

    private interface Asking {
        void with(Workers workers) throws InterruptedException;
    }

    /** What ends the drawing of one worker; beside its second batch something is asked. */
    private Throwable drawn(int index, CountDownLatch later, Asking asking) throws Exception {
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try (Lanes lanes = new Lanes(1)) {
            Workers own = new Group(workers.channel(index), GradientSums.IN_ORDER).with(lanes);
            Future<Boolean> asked = beside.submit(() -> {
                later.await();
                asking.with(own);
                return true;
            });
            Throwable end = catchThrowable(() -> own.inOrder(8, new Drawing(own, later)));
            assertThat(asked.get(20, TimeUnit.SECONDS)).isTrue();
            return end;
        } finally {
            beside.shutdownNow();
        }
    }

    /** Batches, of which the first of each lane is drawn at once, and later ones take their time. */
    private record Drawing(Workers workers, CountDownLatch later) implements Piecework<Integer, Integer> {
        @Override
        public Integer work(int piece) {
            workers.lanes().stop().check();
            if (piece < workers.allLanes()) {
                return piece;
            }
            later.countDown();
            for (int step = 0; step < 300; step++) {
                workers.lanes().stop().check();
                try {
                    TimeUnit.MILLISECONDS.sleep(100);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return piece;
        }

        @Override
        public Integer finish(int piece, Integer worked) {
            try {
                later.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return worked;
        }

        @Override
        public Parcel pack(Integer result) {
            return Parcel.empty();
        }

        @Override
        public Integer unpack(Parcel parcel) {
            return 0;
        }

        @Override
        public void take(int piece, Integer result) {}
    }

    private void with(int index, Consumer<Workers> work) {
        try (Lanes lanes = new Lanes(1)) {
            work.accept(new Group(workers.channel(index), GradientSums.IN_ORDER).with(lanes));
        }
    }
}
