package org.tempera.core.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.base.random.StatelessRandom;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code sampling.stochastic-steps}: the steps that add noise, a window which may move. */
public record StochasticSteps(
        @Doc("First step that adds noise, 0 being the noisiest; of a window that moves the first it may reach. At steps"
                        + " outside the window eta is 0, and algorithms that learn from log-probabilities learn nothing"
                        + " from them.")
                int first,
        @Doc("How many steps add noise; all from the first on if left out.") Optional<Integer> count,
        @Doc(
                        "Whether the window moves from epoch to epoch. fixed: it stays; random: it is drawn anew from its range, by the"
                                + " run's seed; progressive: it goes from the noisiest steps to the cleanest (MixGRPO). A window that"
                                + " moves needs a count, and evaluations are then drawn without noise at any step.")
                WindowMove move,
        @ReadWhere(
                        key = "move",
                        is = {"random", "progressive"})
                @Doc("Epochs that a window which moves stays where it is.")
                int every,
        @ReadWhere(key = "move", is = "progressive")
                @Doc("Steps that the window goes on; one less than count is an overlap of one step.")
                int stride,
        @Doc("Last step that a window which moves may reach; the last of all if left out.") Optional<Integer> last,
        @ReadWhere(key = "move", is = "progressive")
                @Doc("Whether a window that has reached the last step begins again at the first; it stays there"
                        + " otherwise.")
                boolean roundAgain) {
    private static final long STREAM = 0x77696e646f77L;

    public StochasticSteps {
        Require.that(first >= 0, "first", "0 or more", first);
        count.ifPresent(c -> Require.that(c >= 1, "count", "at least 1", c));
        Require.that(move == WindowMove.FIXED || count.isPresent(), "count", "given, for the window moves", "none");
        Require.that(every >= 1, "every", "at least 1", every);
        Require.that(stride >= 1, "stride", "at least 1", stride);
        Require.that(
                move != WindowMove.FIXED || last.isEmpty(),
                "last",
                "left out where the window stays, for count says how long it is",
                last.map(Object::toString).orElse(""));
        last.ifPresent(l ->
                Require.that((long) first + count.orElse(1) - 1 <= l, "last", "such that a window fits before it", l));
    }

    /** A window that stays. */
    public StochasticSteps(int first, Optional<Integer> count) {
        this(first, count, WindowMove.FIXED, 1, 1, Optional.empty(), false);
    }

    /** Every step. */
    public static StochasticSteps all() {
        return new StochasticSteps(0, Optional.empty());
    }

    /** Whether they are others in other epochs. */
    public boolean moves() {
        return move != WindowMove.FIXED;
    }

    /**
     * The window of an epoch, which stays.
     *
     * @param steps of a sample
     * @param seed the run's
     * @param complete epochs that are complete before it
     */
    public StochasticSteps in(int steps, long seed, int complete) {
        int moved = complete / every;
        return switch (move) {
            case FIXED -> this;
            case RANDOM -> from(first + below(lastFirst(steps) - first + 1, seed, moved));
            case PROGRESSIVE -> from(progressive(lastFirst(steps) - first, moved));
        };
    }

    /** Every window that an epoch may have. */
    public List<StochasticSteps> windows(int steps) {
        return moves()
                ? IntStream.rangeClosed(first, lastFirst(steps))
                        .mapToObj(this::from)
                        .toList()
                : List.of(this);
    }

    private StochasticSteps from(int begin) {
        return new StochasticSteps(begin, count);
    }

    private int lastFirst(int steps) {
        return last.map(l -> Math.min(l, steps - 1)).orElse(steps - 1) - count.orElse(1) + 1;
    }

    private static int below(int bound, long seed, int moved) {
        return StatelessRandom.of(seed, STREAM, moved).nextInt(bound);
    }

    private int progressive(int range, int moved) {
        int places = (range + stride - 1) / stride + 1;
        int place = roundAgain ? moved % places : Math.min(moved, places - 1);
        return first + Math.min(place * stride, range);
    }

    /** Whether a step is one of them, where they stay. */
    public boolean contains(int step) {
        return step >= first && (count.isEmpty() || step < first + count.get());
    }

    /** Whether they are all of so many. */
    public boolean areAll(int steps) {
        return first == 0 && count.map(c -> c == steps).orElse(true);
    }

    /** Whether they lie among so many. */
    boolean fit(int steps) {
        return (long) first + count.orElse(1) <= steps
                && last.map(l -> l < steps).orElse(true);
    }

    @Override
    public String toString() {
        return "first = " + first + count.map(c -> ", count = " + c).orElse("")
                + last.map(l -> ", last = " + l).orElse("");
    }

    /** The first and the last of them among so many, such as {@code 2 to 4}. */
    public String of(int steps) {
        return first + " to " + (first + count.orElse(steps - first) - 1);
    }
}
