package org.tempera.cli;

/** Says how many pictures are scored, and how long the others will take: now and then, since most scores take no time. */
final class ScoreProgress {
    private static final long SECOND = 1_000_000_000L;
    private static final long WATCHED = SECOND / 5;
    private static final long UNWATCHED = 10 * SECOND;

    private final Output output;
    private final int all;
    private final long every = Console.isTerminal() ? WATCHED : UNWATCHED;
    private final long start = System.nanoTime();
    private long said = start;

    ScoreProgress(Output output, int all) {
        this.output = output;
        this.all = all;
    }

    void scored(int done) {
        long now = System.nanoTime();
        if (now - said < every) {
            return;
        }
        said = now;
        double left = (double) (now - start) / SECOND / done * (all - done);
        output.status("scored " + done + " of " + all + " pictures, " + Console.duration(left) + " left");
    }
}
