package org.tempera.core.train;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import org.tempera.spi.MetricNames;

/**
 * Where a run stands, for people.
 *
 * @param epoch epochs that are complete
 * @param epochs epochs in all
 * @param reward mean training reward of the epoch's samples; empty where the run learns from choices
 * @param gold of the latest evaluation, where there is one
 * @param constraints the rewards that the epoch kept above bounds, by name
 * @param imagesPerSecond samples or pictures of the epoch over the time of all its phases
 * @param secondsLeft estimate from the epochs so far
 */
public record Progress(
        int epoch,
        int epochs,
        OptionalDouble reward,
        Optional<Gold> gold,
        List<Constraint> constraints,
        double imagesPerSecond,
        double secondsLeft) {
    public Progress {
        constraints = List.copyOf(constraints);
    }

    /**
     * A mean gold score.
     *
     * @param epoch epochs that were complete when it was measured: that epoch's, or an earlier one's
     */
    public record Gold(int epoch, double mean) {}

    /**
     * A reward that is kept above a bound.
     *
     * @param bound mean score that it is to stay at or above
     * @param slack how far its mean over the epoch's samples lay above the bound, negative below, as it is scored
     * @param multiplier its weight in what the epoch was learnt from, which has 1 for the training reward
     */
    public record Constraint(String name, double bound, double slack, double multiplier) {
        /** Those of an epoch's metrics. */
        static List<Constraint> of(SortedMap<String, Double> metrics) {
            return metrics.keySet().stream()
                    .flatMap(metric -> MetricNames.constraint(metric).stream())
                    .map(name -> new Constraint(
                            name,
                            metrics.getOrDefault(MetricNames.bound(name), Double.NaN),
                            metrics.getOrDefault(MetricNames.slack(name), Double.NaN),
                            metrics.getOrDefault(MetricNames.multiplier(name), Double.NaN)))
                    .toList();
        }
    }
}
