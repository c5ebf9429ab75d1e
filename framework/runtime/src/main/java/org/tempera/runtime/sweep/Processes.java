package org.tempera.runtime.sweep;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Starts commands of Tempera as processes of their own, so that one that crashes takes nothing with it. */
public interface Processes {
    /**
     * What is to be started.
     *
     * @param arguments the command and what it is told, such as {@code train run.conf run.seed=1}
     * @param environment variables besides those of this process
     * @param result gets what it prints to standard output, in place of what it holds
     * @param log gets what it prints to standard error, after what it holds; where both are one file, it is this one
     */
    record Job(List<String> arguments, Map<String, String> environment, Path result, Path log) {
        public Job {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }
    }

    /** A process. */
    interface Running {
        boolean isAlive();

        /** Is complete once it has ended. */
        CompletableFuture<Void> onExit();

        /** How it ended, in the numbers of {@link org.tempera.runtime.ExitCode}. */
        int exitCode();

        long pid();

        /** Asks it to save and to end. */
        void askToStop();

        /** Ends it at once. */
        void kill();
    }

    /**
     * Starts one.
     *
     * @throws org.tempera.spi.UserException if the system does not start it
     */
    Running start(Job job);
}
