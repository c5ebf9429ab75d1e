package org.tempera.spi;

import java.nio.file.Path;

/**
 * A step that mends a mistake. A program takes it by a call, a user of the command line by a command or an option. The
 * message of a {@link UserException} names the step in words that hold for both; whoever shows the message may add how
 * it is done there.
 *
 * @param action what to do
 * @param argument what with, such as a folder; empty where the action needs none
 */
public record Remedy(Action action, String argument) {
    /** The kinds of steps. */
    public enum Action {
        /** Go on with the run whose folder is the argument. */
        RESUME,
        /** Write a new run in place of the one that its folder holds. */
        OVERWRITE_RUN,
        /** Write to the next free name, since the folder is in use. */
        TAKE_FREE_NAME,
        /** Write a file in place of the one that is there. */
        REPLACE_FILE,
        /** Give pictures their prompt. */
        GIVE_PROMPT,
        /** Name an adapter as well as the model. */
        ADD_ADAPTER,
        /** Plan the run, to see what it needs and which keys would make it fit. */
        PLAN_RUN,
        /** Start the JVM with the argument among its options. */
        SET_JVM_OPTION
    }

    /** Going on with a run. */
    public static Remedy resume(Path run) {
        return new Remedy(Action.RESUME, run.toString());
    }

    /** Starting the JVM with an option such as {@code -Xmx8g}. */
    public static Remedy jvmOption(String option) {
        return new Remedy(Action.SET_JVM_OPTION, option);
    }

    /** A step that needs no argument. */
    public static Remedy of(Action action) {
        return new Remedy(action, "");
    }
}
