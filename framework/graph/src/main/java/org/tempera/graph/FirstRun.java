package org.tempera.graph;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import org.tempera.base.concurrent.Uninterrupted;

/**
 * TensorFlow's first run in this process, and what else it logs at in spite of its settings: a program may surround
 * these with something of its own.
 */
public final class FirstRun {
    /** The process's, as what TensorFlow logs once is. */
    private static boolean over;

    private FirstRun() {}

    /**
     * Does the first run where it has not been done and somebody surrounds it. Other threads wait for it.
     *
     * @param run does it within the surroundings; what it throws is dropped, for the next run tells of it again
     */
    static synchronized void once(Consumer<FirstRunSurroundings> run) {
        if (over) {
            return;
        }
        over = true;
        surround(run);
    }

    /**
     * Does what TensorFlow logs at, such as the start of a server, within the surroundings where somebody offers some;
     * throws what it throws.
     */
    public static <T> T within(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        surround(surroundings -> surroundings.around(task));
        task.run(); // does nothing where it has been run
        return Uninterrupted.get(task, () -> {});
    }

    private static void surround(Consumer<FirstRunSurroundings> run) {
        try {
            ServiceLoader.load(FirstRunSurroundings.class, FirstRun.class.getClassLoader())
                    .findFirst()
                    .ifPresent(run);
        } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
            LoggerFactory.getLogger(FirstRun.class).debug("the first run went without its surroundings", e);
        }
    }
}
