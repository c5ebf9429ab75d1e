package org.tempera.record.compare;

import java.util.Arrays;
import org.tempera.record.statistics.Aggregate;
import org.tempera.record.statistics.Interval;
import org.tempera.record.statistics.StratifiedBootstrap;
import org.tempera.record.verdict.Estimate;

/**
 * One number of the runs of a group: its mean and its interquartile mean over the seeds, with intervals of 95 %.
 *
 * @param mean over the seeds, each of which counts once; the ends are NaN where there is no interval
 * @param interquartileMean over the seeds, without the lowest and the highest quarter of them; of up to 3 it is the
 *     mean
 * @param seeds how many have the number
 * @param basis what the intervals are over
 */
public record Summary(Interval mean, Interval interquartileMean, int seeds, Basis basis) {
    /** Of no seed. */
    static final Summary NONE = new Summary(without(Double.NaN), without(Double.NaN), 0, Basis.NONE);

    /** Of the seeds whose number is finite. */
    static Summary overSeeds(double[] bySeed, StratifiedBootstrap bootstrap) {
        double[][] scores = Arrays.stream(bySeed)
                .filter(Double::isFinite)
                .mapToObj(x -> new double[] {x})
                .toArray(double[][]::new);
        if (scores.length == 0) {
            return NONE;
        }
        Aggregate mean = Aggregate.mean();
        Aggregate iqm = Aggregate.interquartileMean();
        return scores.length == 1
                ? new Summary(without(scores[0][0]), without(scores[0][0]), 1, Basis.NONE)
                : new Summary(bootstrap.of(scores, mean), bootstrap.of(scores, iqm), scores.length, Basis.SEEDS);
    }

    /** Of one seed, by its pictures. */
    static Summary overPictures(Estimate ofOneSeed) {
        if (!Double.isFinite(ofOneSeed.mean())) {
            return NONE;
        }
        return Double.isFinite(ofOneSeed.lower())
                ? new Summary(
                        new Interval(ofOneSeed.mean(), ofOneSeed.lower(), ofOneSeed.upper()),
                        without(ofOneSeed.mean()),
                        1,
                        Basis.PICTURES)
                : new Summary(without(ofOneSeed.mean()), without(ofOneSeed.mean()), 1, Basis.NONE);
    }

    private static Interval without(double value) {
        return new Interval(value, Double.NaN, Double.NaN);
    }

    /** The mean over the seeds. */
    public double value() {
        return mean.value();
    }

    /** Whether the mean has an interval. */
    public boolean hasInterval() {
        return basis != Basis.NONE;
    }

    /** Such as {@code 0.41 [0.38, 0.44]}. */
    @Override
    public String toString() {
        return shown(mean);
    }

    /** An interval for people, or the number alone where its ends are NaN. */
    static String shown(Interval i) {
        return Double.isFinite(i.lower())
                ? Estimate.number(i.value()) + " [" + Estimate.number(i.lower()) + ", " + Estimate.number(i.upper())
                        + "]"
                : Estimate.number(i.value());
    }
}
