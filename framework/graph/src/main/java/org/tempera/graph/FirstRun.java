package org.tempera.graph;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** TensorFlow's first run in this process, which a program may surround with something of its own. */
final class FirstRun {
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
        try {
            ServiceLoader.load(FirstRunSurroundings.class, FirstRun.class.getClassLoader())
                    .findFirst()
                    .ifPresent(run);
        } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
            LoggerFactory.getLogger(FirstRun.class).debug("the first run went without its surroundings", e);
        }
    }
}
