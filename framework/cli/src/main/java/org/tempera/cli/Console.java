package org.tempera.cli;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import org.tempera.core.train.Progress;

/**
 * Shows how a run gets on: on a terminal one line that is written again, elsewhere a line for each event. Not for use by
 * several threads.
 */
final class Console {
    private final PrintWriter out;
    private final boolean terminal;
    private int width;

    Console(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Whether a person watches the output. */
    static boolean isTerminal() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From Java 22 on there may be a console without a terminal, which then says so.
            return (Boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return true;
        }
    }

    /** Shows where the run stands. */
    void progress(Progress p) {
        status(line(p));
    }

    /** Shows a passing state. */
    void status(String text) {
        if (terminal) {
            out.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
            width = text.length();
            out.flush();
        } else {
            out.println(text);
        }
    }

    /** Prints a line that stays. */
    void line(String text) {
        endStatus();
        out.println(text);
    }

    /** Leaves the status line as it is and goes to the next. */
    void endStatus() {
        if (terminal && width > 0) {
            out.println();
            width = 0;
        }
    }

    /** Says what a user should know of a result, and what is no error. */
    static void warn(PrintWriter err, String text) {
        err.println("tempera: warning: " + text);
        err.flush();
    }

    static String line(Progress p) {
        int digits = String.valueOf(p.epochs()).length();
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "epoch %" + digits + "d/%d", p.epoch(), p.epochs()));
        line.append("  reward ").append(number(p.reward()));
        p.gold().ifPresent(gold -> line.append("  gold ").append(number(gold)));
        line.append(String.format(Locale.ROOT, "  %.1f images/s", p.imagesPerSecond()));
        line.append("  ").append(duration(p.secondsLeft())).append(" left");
        return line.toString();
    }

    /** Seconds for people: {@code 0:07}, {@code 1:02:03}. */
    static String duration(double seconds) {
        long s = Math.round(seconds);
        return s < 3600
                ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 1e5 ? "%.3e" : "%.4f", value);
    }
}
