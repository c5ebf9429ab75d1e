package org.tempera.record.verdict;

import java.util.List;

/**
 * How one score went over a run's evaluations.
 *
 * @param name of the score
 * @param byEvaluation mean and 95 % interval at each evaluation
 * @param best index of the evaluation with the highest mean, the first of equals
 * @param change from the first to the last evaluation, paired, 95 %
 * @param deviation standard deviation between the samples of the first evaluation; 0 with fewer than two
 */
public record SeriesSummary(String name, List<Estimate> byEvaluation, int best, Estimate change, double deviation) {
    public SeriesSummary {
        byEvaluation = List.copyOf(byEvaluation);
    }

    /** Summarises a score of at least one evaluation. */
    public static SeriesSummary of(ScoreSeries series) {
        List<double[]> scores = series.scores();
        List<Estimate> estimates = scores.stream()
                .map(s -> Estimate.ofMean(s, Estimate.CONFIDENCE))
                .toList();
        Estimate change = Estimate.ofChange(scores.get(0), scores.get(scores.size() - 1), Estimate.CONFIDENCE);
        return new SeriesSummary(
                series.name(), estimates, series.best(0, scores.size()), change, Estimate.deviation(scores.get(0)));
    }

    /** Before training. */
    public Estimate before() {
        return byEvaluation.get(0);
    }

    /** At the end. */
    public Estimate after() {
        return byEvaluation.get(byEvaluation.size() - 1);
    }

    /** At its best. */
    public Estimate peak() {
        return byEvaluation.get(best);
    }
}
