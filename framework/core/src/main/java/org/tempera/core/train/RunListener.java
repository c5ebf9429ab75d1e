package org.tempera.core.train;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Follows a run while it goes on. Every method does nothing unless it is overridden. All are called one after another,
 * in the thread that trains, which waits for them; what they throw ends the run as a failure of its own would. Whoever
 * wants to end the run asks it to stop ({@link TrainingRun#requestStop}), from here or from any thread.
 */
public interface RunListener {
    /**
     * A batch of an epoch's samples is drawn and scored, or a pair of a file of choices is encoded.
     *
     * @param epoch the epoch, from 1 on
     * @param drawn samples that are there by now
     * @param samples of the whole epoch
     */
    default void batchDrawn(int epoch, int drawn, int samples) {}

    /**
     * The optimisers have stepped.
     *
     * @param epoch the epoch, from 1 on
     * @param done micro-batches of the epoch's plan that are learnt from by now
     * @param minibatches of the whole plan
     */
    default void updated(int epoch, int done, int minibatches) {}

    /** An evaluation is complete, and logged. */
    default void evaluated(Evaluation evaluation) {}

    /** A checkpoint is on the disk. */
    default void saved(Path checkpoint) {}

    /** Something that a person should know while the run goes on, such as a fall of the held-out score. */
    default void warned(String message) {}

    /**
     * The run's parts fit together, and it is built: its graph is made, for minutes where that is large, and the
     * weights are read. Called before the run is open.
     */
    default void building() {}

    /** Something that is waited for, as other workers; may be called before the run is open. */
    default void waiting(String message) {}

    /** An epoch is complete: logged, and evaluated and saved where that was due. */
    default void epochDone(Progress progress) {}

    /** One that only hears of complete epochs. */
    static RunListener ofEpochs(Consumer<Progress> epochs) {
        return new RunListener() {
            @Override
            public void epochDone(Progress progress) {
                epochs.accept(progress);
            }
        };
    }

    /** One that hands everything to each of these, in order. */
    static RunListener all(List<? extends RunListener> listeners) {
        List<RunListener> each = List.copyOf(listeners);
        return new RunListener() {
            @Override
            public void batchDrawn(int epoch, int drawn, int samples) {
                each.forEach(l -> l.batchDrawn(epoch, drawn, samples));
            }

            @Override
            public void updated(int epoch, int done, int minibatches) {
                each.forEach(l -> l.updated(epoch, done, minibatches));
            }

            @Override
            public void evaluated(Evaluation evaluation) {
                each.forEach(l -> l.evaluated(evaluation));
            }

            @Override
            public void saved(Path checkpoint) {
                each.forEach(l -> l.saved(checkpoint));
            }

            @Override
            public void warned(String message) {
                each.forEach(l -> l.warned(message));
            }

            @Override
            public void building() {
                each.forEach(RunListener::building);
            }

            @Override
            public void waiting(String message) {
                each.forEach(l -> l.waiting(message));
            }

            @Override
            public void epochDone(Progress progress) {
                each.forEach(l -> l.epochDone(progress));
            }
        };
    }
}
