package org.tempera.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import picocli.CommandLine.Option;

/**
 * Ends a command when its standard input ends, as it does where that is a pipe of a process that is gone, however it
 * went: nothing is left over that writes on for nobody.
 */
final class StopAtEof {
    @Option(
            names = "--stop-at-eof",
            description = "Stop, as if the terminal were closed, when the standard input ends: for programs that start"
                    + " this one and may be killed.")
    private boolean on;

    private volatile Runnable end = Interrupts::hangUpAtOnce;

    /** Begins to watch, if that is asked for: the process ends at once until there is something to save. */
    void watch() {
        if (on) {
            watch(System.in);
        }
    }

    void watch(InputStream input) {
        Thread watching = new Thread(() -> awaitEnd(input), "stop-at-eof");
        watching.setDaemon(true);
        watching.start();
    }

    /** From now on the end of the input is a hangup that the command handles itself. */
    void hangsUp(Interrupts interrupts) {
        end = interrupts::hangUp;
    }

    private void awaitEnd(InputStream input) {
        try {
            input.transferTo(OutputStream.nullOutputStream()); // what is written is for nobody
        } catch (IOException e) {
            // It cannot be read any more, which is its end too.
        }
        end.run();
    }
}
