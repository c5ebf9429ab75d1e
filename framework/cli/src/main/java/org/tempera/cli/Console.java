package org.tempera.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.tempera.base.text.Printable;
import org.tempera.core.train.Progress;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Lines that stay, and beside them a state that passes: on a terminal one line of standard error that is written again
 * and is gone once something else is said, elsewhere nothing, but for what takes long. Not for use by several threads.
 */
final class Console {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal;
    private final int columns;
    private int shown;

    /**
     * A console.
     *
     * @param out takes the lines that stay
     * @param err takes the states that pass where a person watches
     * @param terminal whether a person watches
     * @param columns of the terminal; 0 if there is none
     */
    Console(PrintWriter out, PrintWriter err, boolean terminal, int columns) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.columns = columns;
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

    /**
     * Columns of the terminal: what COLUMNS says, else stty, else picocli's way, which gives 55 at least; 0 without a
     * terminal.
     */
    static int width(CommandSpec spec) {
        if (!isTerminal()) {
            return 0;
        }
        String given = System.getenv("COLUMNS");
        return given != null && given.matches("[1-9]\\d{0,3}")
                ? Integer.parseInt(given)
                : columnsByStty().orElseGet(() -> spec.usageMessage().width());
    }

    /** There where there is a terminal by that name; it asks the terminal and waits for nobody. */
    private static OptionalInt columnsByStty() {
        File terminal = new File("/dev/tty");
        if (!terminal.exists()) {
            return OptionalInt.empty();
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(terminal)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return size.matches("\\d{1,4} [1-9]\\d{0,3}")
                    ? OptionalInt.of(Integer.parseInt(size.substring(size.indexOf(' ') + 1)))
                    : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    /** Shows a state that passes, where a person watches. */
    void status(String given) {
        if (!terminal) {
            return; // a log has no use for what was so for a moment
        }
        String cut = cut(Printable.line(given));
        out.flush();
        err.print("\r" + cut + " ".repeat(Math.max(0, shown - cut.length())));
        err.flush();
        shown = cut.length();
    }

    /**
     * Shows a state that may last for minutes: elsewhere than on a terminal it is a line, for nothing else would tell
     * it from a process that hangs.
     */
    void longStatus(String text) {
        if (terminal) {
            status(text);
            return;
        }
        out.flush();
        err.println(Printable.line(text));
        err.flush();
    }

    /** Prints a line that stays. */
    void line(String text) {
        endStatus();
        out.println(Printable.line(text));
        out.flush();
    }

    /** Takes the passing state off the screen. */
    void endStatus() {
        if (terminal && shown > 0) {
            err.print("\r" + " ".repeat(shown));
            err.print("\r");
            err.flush();
            shown = 0;
        }
    }

    /**
     * A text that leaves the last column of a terminal free, so that it takes one line; whole where there is no
     * terminal.
     */
    String cut(String text) {
        if (columns < 2 || text.codePointCount(0, text.length()) < columns) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, columns - 1));
    }

    /** An epoch for people; gold of an earlier one says whose it is. */
    static String line(Progress p) {
        int digits = String.valueOf(p.epochs()).length();
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "epoch %" + digits + "d/%d", p.epoch(), p.epochs()));
        p.reward().ifPresent(reward -> line.append("  reward ").append(number(reward)));
        p.gold().ifPresent(gold -> line.append("  gold ")
                .append(number(gold.mean()))
                .append(gold.epoch() == p.epoch() ? "" : " (epoch " + gold.epoch() + ")"));
        p.constraints().forEach(c -> line.append("  ")
                .append(c.name())
                .append(" slack ")
                .append(number(c.slack()))
                .append(" multiplier ")
                .append(number(c.multiplier())));
        line.append(String.format(Locale.ROOT, "  %.1f images/s", p.imagesPerSecond()));
        line.append("  ").append(duration(p.secondsLeft())).append(" left");
        return line.toString();
    }

    /** The bounds that rewards are kept above, for people. */
    static String bounds(List<Progress.Constraint> constraints) {
        return constraints.stream()
                .map(c -> c.name() + " at or above " + number(c.bound()))
                .collect(Collectors.joining(", ", "bounds           ", ""));
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
