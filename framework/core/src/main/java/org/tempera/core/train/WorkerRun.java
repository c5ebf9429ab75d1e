package org.tempera.core.train;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tempera.core.workers.Group;
import org.tempera.core.workers.Order;
import org.tempera.graph.StopSignal;

/**
 * The part of a worker that is not the first in a run: does what the first one has all do, and writes nothing. Owns
 * native memory.
 */
public final class WorkerRun implements AutoCloseable {
    /** How a run has ended that came to its end, rather than being stopped. */
    public static final String COMPLETE = "complete";

    private final Trainer trainer;

    /**
     * Builds what the first worker builds.
     *
     * @throws org.tempera.spi.UserException if the parts do not fit together
     */
    public WorkerRun(TrainingSpec spec, Group group) {
        trainer = new Trainer(spec, group);
    }

    /** Asks all workers to stop where they meet next; may be called from another thread. */
    public void requestStop() {
        trainer.requestStop();
    }

    /** The trainer, which holds what the first worker's holds. */
    public Trainer trainer() {
        return trainer;
    }

    /**
     * Works until the first worker says that the run has ended.
     *
     * @param log told what is done
     * @return how the run has ended: {@link #COMPLETE}, or such as {@code stopped within epoch 3}
     * @throws org.tempera.graph.workers.LostWorkerException if another worker is lost or has failed
     * @throws org.tempera.spi.UserException if this one fails; the others are told
     */
    public String run(Consumer<String> log) {
        Optional<Evaluation> last = Optional.empty();
        try {
            while (true) {
                Order order = trainer.workers().next(Order.of(Order.Task.END));
                switch (order.task()) {
                    case TRAIN -> {
                        log.accept("epoch " + (trainer.epoch() + 1));
                        untilStopped(() -> trainer.trainEpoch());
                    }
                    case EVALUATE -> {
                        log.accept("evaluation after epoch " + trainer.epoch());
                        Optional<Evaluation> before = last;
                        last = untilStopped(trainer::evaluate).or(() -> before);
                    }
                    case STANDARDISE -> trainer.standardiseBy(last.orElseThrow());
                    case RESTORE -> {
                        copy().receive(trainer::restore);
                        log.accept("goes on after epoch " + trainer.epoch());
                    }
                    case ROLL_BACK -> {
                        copy().receive(trainer::rollBack);
                        log.accept("rolled back");
                    }
                    case END -> {
                        trainer.workers().part();
                        return order.detail();
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            trainer.workers().failed(e);
            throw e;
        }
    }

    private CheckpointCopy copy() {
        return new CheckpointCopy(trainer.workers());
    }

    /** All have stopped at the same place; the first worker says what then. */
    private static <T> Optional<T> untilStopped(Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (StopSignal.StoppedException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        trainer.close();
    }
}
