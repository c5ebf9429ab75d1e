package org.tempera.record.compare;

import java.util.List;
import java.util.Optional;
import org.tempera.record.statistics.GaoFit;
import org.tempera.record.statistics.Interval;

/**
 * The curve of Gao et al. (2023, arXiv:2210.10760, section 3) for a group: the truth above the base's, against the root
 * of the KL divergence from the base; fitted to all seeds together, its intervals over the seeds.
 *
 * @param truth name of what is fitted
 * @param set name of the set of prompts whose KL, and whose truth where it was scored, is fitted
 * @param fit to the points of all seeds, each of the same weight
 * @param alpha interval of the fit's alpha
 * @param beta interval of its beta; a curve turns where beta is above 0
 * @param turning share of the resampled groups whose curve turns within the distances that were reached; NaN of one
 *     seed
 * @param peaking share of the resampled groups whose curve turns anywhere; NaN of one seed
 * @param peakDistance where the curve turns, and the interval over the resampled groups, of which those whose curve
 *     turns nowhere count as turning infinitely far: where they are more than 2.5 %, there is no upper end; empty where
 *     the fit does not turn
 * @param error root mean square of what the points are off the curve
 * @param points of all seeds, by run and epoch
 */
public record GaoCurve(
        String truth,
        String set,
        GaoFit fit,
        Interval alpha,
        Interval beta,
        double turning,
        double peaking,
        Optional<Interval> peakDistance,
        double error,
        List<Point> points) {
    /**
     * One checkpoint of one seed.
     *
     * @param run its name
     * @param queries until then; NaN where that is not known
     * @param seconds until then; NaN where that is not known
     * @param distance root of the KL divergence from the base in nats
     * @param gain truth above the base's
     * @param fitted the curve there
     */
    public record Point(
            String run, int epoch, double queries, double seconds, double distance, double gain, double fitted) {}

    public GaoCurve {
        points = List.copyOf(points);
    }
}
