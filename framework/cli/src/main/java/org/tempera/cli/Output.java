package org.tempera.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.UnreadChoices;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.UnreadKeys;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Where the words of a command go, alike for all of them. The result goes to standard output; under {@code --json} it
 * is one JSON document, and nothing else goes there. Warnings and errors go to standard error. What is told on the way,
 * as lines that stay or states that pass, stands above the result, or goes to standard error where that is JSON; under
 * {@code --quiet} there is nothing of it.
 */
final class Output implements AutoCloseable {
    @Option(
            names = "--json",
            description = "Print the result as one JSON document, and nothing else, on standard output.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print the result, warnings and errors only.")
    private boolean quiet;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private @Nullable Console console;

    /** The plugins on the class path, with a warning for each that cannot be used. */
    Tempera tempera() {
        Tempera tempera = Main.tempera(main().secrets());
        tempera.plugins().problems().forEach(p -> warning(p.message()));
        return tempera;
    }

    /** Columns to break long texts at: the terminal's, 100 where there is none. */
    int width() {
        int columns = Console.width(spec);
        return columns < 40 ? 100 : Math.min(columns, 120);
    }

    /** Shows a state that passes, such as how far the command is. */
    void status(String text) {
        if (!quiet) {
            console().status(text);
        }
    }

    /** The same of one that may last for minutes, which is told on no terminal, too. */
    void longStatus(String text) {
        if (!quiet) {
            console().longStatus(text);
        }
    }

    /** Prints a line that stays and is no part of the result. */
    void note(String text) {
        if (!quiet) {
            console().line(text);
        }
    }

    /** The same for a line that has no place beyond the screen's edge. */
    void noteCut(String text) {
        note(console().cut(text));
    }

    /** Prints a line of the result, but where it is asked for as JSON. */
    void result(String text) {
        if (!json) {
            console().line(text);
        }
    }

    /** Prints the rows of a table as the result, but where it is asked for as JSON. */
    void table(List<List<String>> rows) {
        if (!json) {
            console().endStatus();
            TextTable.print(rows, out());
        }
    }

    /** Prints the result as JSON, where that is asked for. Numbers that are none are strings, as in metrics.jsonl. */
    void document(Map<String, ?> result) {
        if (json) {
            console().endStatus();
            out().flush();
            main().document(encoded(result));
        }
    }

    /** Says what a user should know of a result, and what is no error. */
    void warning(String text) {
        console().endStatus();
        err().println("tempera: warning: " + text);
        err().flush();
    }

    /** Warns of each key that is given to runs and that none of them reads. */
    void warnOfUnread(List<RunConfig> runs) {
        UnreadKeys.ofEach(runs).forEach(key -> warning(key.message()));
        UnreadChoices.ofEach(runs).ifPresent(key -> warning(key.message()));
    }

    /** Says what is wrong, where the command goes on to its result. */
    void error(String text) {
        console().endStatus();
        err().println("tempera: " + text);
        err().flush();
    }

    /** From the thread of a signal. */
    void interrupted(String text) {
        err().println("\n" + text);
        err().flush();
    }

    private Object encoded(Object plain) {
        if (plain instanceof String text) {
            return main().secrets().masked(text);
        }
        if (plain instanceof Double || plain instanceof Float) {
            double x = ((Number) plain).doubleValue();
            return Double.isFinite(x) ? (Object) x : Double.toString(x);
        }
        if (plain instanceof Map<?, ?> map) {
            Map<Object, Object> encoded = new LinkedHashMap<>();
            map.forEach((key, value) -> encoded.put(key, encoded(value)));
            return encoded;
        }
        if (plain instanceof Iterable<?> items) {
            List<Object> encoded = new ArrayList<>();
            items.forEach(item -> encoded.add(encoded(item)));
            return encoded;
        }
        return plain;
    }

    private Main main() {
        return (Main) spec.root().userObject();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private Console console() {
        if (console == null) {
            console = new Console(json ? err() : out(), err(), Console.isTerminal(), Console.width(spec));
            main().shows(console);
        }
        return console;
    }

    /** Leaves no passing state on the screen. */
    @Override
    public void close() {
        if (console != null) {
            console.endStatus();
        }
        out().flush();
    }
}
