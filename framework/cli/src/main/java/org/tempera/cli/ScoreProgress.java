package org.tempera.cli;

/**
 * Says on a terminal how many pictures are scored, and how long the others will take: now and then, since most scores
 * take no time.
 */
final class ScoreProgress {
    private static final long SECOND = 1_000_000_000L;
    private static final long EVERY = SECOND / 5;

    private final Output output;
    private final int all;
    private final boolean watched;
    private final long start = System.nanoTime();
    private long said = start;

    ScoreProgress(Output output, int all) {
        this(output, all, Console.isTerminal());
    }

    ScoreProgress(Output output, int all, boolean watched) {
        this.output = output;
        this.watched = watched;
        this.all = all;
    }

    void scored(int done) {
        long now = System.nanoTime();
        if (!watched || now - said < EVERY) {
            return;
        }
        said = now;
        double left = (double) (now - start) / SECOND / done * (all - done);
        output.status("scored " + done + " of " + all + " pictures, " + Console.duration(left) + " left");
    }
}
