package org.tempera.runtime;

import java.util.Set;

/**
 * How a process of this command has ended, as shells number it: 128 and the signal's number where a signal ended it.
 *
 * @param code its exit code
 */
public record ExitCode(int code) {
    private static final int SIGNALS = 128;
    private static final int KILL = 9;

    /** Linux has no more signals. */
    private static final int LAST_SIGNAL = 64;

    /** By which a process ends that has done what it may not: ILL, TRAP, ABRT, BUS, FPE and SEGV, as Linux has them. */
    private static final Set<Integer> OF_CRASHES = Set.of(4, 5, 6, 7, 8, 11);

    /** A hangup, Ctrl-C, and a system that asks it to end: a command that saves then ends with these. */
    private static final Set<Integer> OF_STOPS = Set.of(1, 2, 15);

    /**
     * That of a command which found nothing wrong here, and whose run {@code --continue} goes on with as it is: that of
     * a process which SIGUSR1 ended, as where a batch system announces the end. Operators of TensorFlow's jobs take it
     * for that, the older ones too (Kubeflow's train_util).
     */
    public static final int AGAIN = 138;

    /** That of a process which a signal ended. */
    public static ExitCode ofSignal(int number) {
        return new ExitCode(SIGNALS + number);
    }

    /** Whether a signal ended it, or it ended itself because of one; not where it has said why it is to begin again. */
    public boolean isOfSignal() {
        return code > SIGNALS && code <= SIGNALS + LAST_SIGNAL && code != AGAIN;
    }

    /** Whether it was killed by the one signal that no process hears, which systems take where memory runs out. */
    public boolean isKill() {
        return code == SIGNALS + KILL;
    }

    /** Whether it crashed, and would do so again for the same cause. */
    public boolean isCrash() {
        return OF_CRASHES.contains(code - SIGNALS);
    }

    /** Whether it was asked to stop. */
    public boolean isStop() {
        return OF_STOPS.contains(code - SIGNALS);
    }

    /** In words behind a subject, such as {@code was ended by signal 15}. */
    public String words() {
        if (isKill()) {
            return "was killed, perhaps by the system for want of memory";
        }
        if (isCrash()) {
            return "has crashed (signal " + (code - SIGNALS) + ")";
        }
        return isOfSignal() ? "was ended by signal " + (code - SIGNALS) : "has ended with exit code " + code;
    }
}
