package org.tempera.remote;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tempera.spi.reward.HostReward.Sample;
import org.tempera.spi.reward.MisconfiguredReward;

/**
 * Tells whether several servers are one scorer. Nothing in an answer says what gave it, so each has to score a few of
 * the run's own pictures, and the first who does is what the others are measured by.
 */
final class Agreement {
    private static final int MOST_PICTURES = 4;

    private final double tolerance;
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
            samples = List.copyOf(given.subList(0, Math.min(given.size(), Math.min(most, MOST_PICTURES))));
        }
    }

    /** What each server has to score. */
    List<Sample> samples() {
        return samples;
    }

    /**
     * Compares a server's scores of {@link #samples}.
     *
     * @throws MisconfiguredReward if they are not those of the first
     */
    void require(String address, float[] scores) {
        if (known.isEmpty()) {
            known = Optional.of(new Known(address, scores));
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
            if (Float.isNaN(a[i]) != Float.isNaN(b[i]) || Math.abs((double) a[i] - b[i]) > tolerance * largest) {
                return false;
            }
        }
        return true;
    }

    private static double size(float score) {
        return Float.isNaN(score) ? 0 : Math.abs((double) score);
    }
}
