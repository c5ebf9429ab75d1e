package org.tempera.runtime.sweep;

/**
 * How a process has ended, as shells number it: 128 and the signal's number where a signal ended it.
 *
 * @param code its exit code
 */
public record ExitCode(int code) {
    private static final int SIGNALS = 128;
    private static final int KILL = 9;

    /** Linux has no more signals. */
    private static final int LAST_SIGNAL = 64;

    /** Whether a signal ended it, or it ended itself because of one. */
    public boolean isOfSignal() {
        return code > SIGNALS && code <= SIGNALS + LAST_SIGNAL;
    }

    /** Whether it was killed by the one signal that no process hears, which systems take where memory runs out. */
    public boolean isKill() {
        return code == SIGNALS + KILL;
    }

    /** In words behind a subject, such as {@code was ended by signal 15}. */
    public String words() {
        if (isKill()) {
            return "was killed, perhaps by the system for want of memory";
        }
        return isOfSignal() ? "was ended by signal " + (code - SIGNALS) : "has ended with exit code " + code;
    }
}
