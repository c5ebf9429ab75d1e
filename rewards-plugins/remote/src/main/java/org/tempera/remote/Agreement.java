package org.tempera.remote;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.spi.reward.HostReward.Sample;
import org.tempera.spi.reward.MisconfiguredReward;

/**
 * Tells whether several servers are one scorer. Nothing in an answer says what gave it, so each has to score a few of
 * the run's own pictures, and the first who does is what the others are measured by. A score that one of them has not
 * is missing, and tells nothing of what the server is.
 */
final class Agreement {
    private static final int MOST_PICTURES = 4;

    private final double tolerance;
    private List<Sample> offered = List.of();
    private int most;
    private int from;
    private List<Sample> samples = List.of();
    private Optional<Known> known = Optional.empty();
    private Optional<MisconfiguredReward> broken = Optional.empty();

    /** What a server answered. */
    private record Known(String address, float[] scores) {}

    /** @param tolerance how far scores may lie apart, as a share of the largest */
    Agreement(double tolerance) {
        this.tolerance = tolerance;
    }

    /** Takes some of these samples, unless it has some. @param most in one request */
    void offer(List<Sample> given, int most) {
        if (samples.isEmpty()) {
            offered = List.copyOf(given);
            this.most = Math.min(most, MOST_PICTURES);
            samples = window();
        }
    }

    /** What each server has to score: the same for all once one has scored any of it. */
    List<Sample> samples() {
        return samples;
    }

    /** What a server's scores say of it. */
    enum Finding {
        /** It is the same scorer. */
        SAME,
        /** Nothing: no picture has a score of both. */
        NOTHING,
        /** Nothing: it was asked before others had to be asked for other pictures. */
        OUTDATED
    }

    /**
     * Compares a server's scores.
     *
     * @param asked what {@link #samples} gave when the server was asked
     * @param scores one for each of these; NaN for those that have none
     * @throws MisconfiguredReward if they are not those of the first
     */
    Finding compare(String address, List<Sample> asked, float[] scores) {
        requireUnbroken();
        if (known.isEmpty()) {
            if (!hasPair(scores, scores)) {
                takeOthersThan(asked);
                return Finding.NOTHING;
            }
            known = Optional.of(new Known(address, scores));
            samples = asked;
            offered = List.of();
        }
        if (asked != samples) {
            return Finding.OUTDATED;
        }
        Known first = known.get();
        if (!isAlike(first.scores(), scores)) {
            broken = Optional.of(new MisconfiguredReward("remote reward: " + first.address() + " and " + address
                    + " are not the same scorer: they give the same " + scores.length + " picture(s) the scores "
                    + Arrays.toString(first.scores()) + " and " + Arrays.toString(scores)
                    + ". Run the same model on both, or leave one out of url and replicas. If they run the same and"
                    + " round differently, raise tolerance (now " + tolerance + ")."));
        }
        requireUnbroken();
        return hasPair(first.scores(), scores) ? Finding.SAME : Finding.NOTHING;
    }

    /** The scorer may have no score for these: the next of those offered, or the first again. */
    private void takeOthersThan(List<Sample> asked) {
        if (asked == samples) {
            from = from + asked.size() < offered.size() ? from + asked.size() : 0;
            samples = window();
        }
    }

    private List<Sample> window() {
        return List.copyOf(offered.subList(from, Math.min(offered.size(), from + most)));
    }

    /** @throws MisconfiguredReward if two servers have disagreed before */
    void requireUnbroken() {
        broken.ifPresent(e -> {
            throw e;
        });
    }

    private boolean isAlike(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.max(size(a[i]), size(b[i])));
        }
        for (int i = 0; i < a.length; i++) {
            if (Math.abs((double) a[i] - b[i]) > tolerance * largest) { // never where one is NaN
                return false;
            }
        }
        return true;
    }

    /** Whether both have a score for some sample. */
    private static boolean hasPair(float[] a, float[] b) {
        return IntStream.range(0, a.length).anyMatch(i -> !Float.isNaN(a[i]) && !Float.isNaN(b[i]));
    }

    private static double size(float score) {
        return Float.isNaN(score) ? 0 : Math.abs((double) score);
    }
}
