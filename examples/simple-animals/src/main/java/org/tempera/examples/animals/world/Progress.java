package org.tempera.examples.animals.world;

import java.io.PrintStream;
import java.util.Locale;

/** A progress bar on a terminal, a line now and then elsewhere. */
final class Progress implements AutoCloseable {
    private static final int WIDTH = 24;
    private static final long LINE_NANOS = 15_000_000_000L;
    private static final long BAR_NANOS = 200_000_000L;

    private final String what;
    private final long total;
    private final PrintStream out = System.out;
    private final boolean bar = System.console() != null;
    private final long start = System.nanoTime();
    private long first = -1;
    private long shown = start - LINE_NANOS;

    Progress(String what, long total) {
        this.what = what;
        this.total = total;
    }

    /** Says that {@code done} are done. */
    synchronized void at(long done, String note) {
        if (first < 0) {
            first = done - 1;
        }
        long now = System.nanoTime();
        if (now - shown < (bar ? BAR_NANOS : LINE_NANOS) && done < total) {
            return;
        }
        shown = now;
        double seconds = (now - start) / 1e9;
        double left = seconds / Math.max(1, done - first) * (total - done);
        String text = String.format(Locale.ROOT, "%-18s %6d/%d  %s  %s left", what, done, total, note, minutes(left));
        if (bar) {
            int full = (int) (WIDTH * done / total);
            out.print("\r[" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] " + text + "   ");
            out.flush();
        } else {
            out.println(text);
        }
    }

    private static String minutes(double seconds) {
        return String.format(Locale.ROOT, "%d:%02d", (long) seconds / 60, (long) seconds % 60);
    }

    @Override
    public void close() {
        if (bar) {
            out.println();
        }
        out.println(String.format(Locale.ROOT, "%-18s done in %s", what, minutes((System.nanoTime() - start) / 1e9)));
    }
}
