package org.tempera.record.compare;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.tempera.record.verdict.Estimate;
import org.tempera.record.verdict.Evaluations;
import org.tempera.record.verdict.Fall;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.ScoreSeries;

/**
 * Whether a run lost the truth, and since when: from the first evaluation on from which all are below its best by more
 * than 5 % of what it had gained; only where its fall is clear at the end, as a verdict has it. Where it had not
 * clearly gained before, 5 % of the gain are 5 % of chance, and there is no such evaluation.
 *
 * @param isLost whether it was lost
 * @param since the epoch; empty where it was not lost, or had not clearly gained
 */
record TruthLoss(boolean isLost, OptionalInt since) {
    /** Share of the truth's gain that is worth a warning. */
    private static final double SHARE = 0.05;

    private static final TruthLoss NONE = new TruthLoss(false, OptionalInt.empty());

    /** That of a run; empty where its evaluations cannot tell. */
    static Optional<TruthLoss> of(Evaluations evaluations) {
        if (evaluations.truth().isEmpty() || evaluations.epochs().size() < 2) {
            return Optional.empty();
        }
        ScoreSeries truth = evaluations.truth().get();
        double[] means = truth.means();
        int last = means.length - 1;
        int best = truth.best(0, last);
        double[] atBest = truth.scores().get(best);
        Fall fall = Fall.of(atBest, truth.scores().get(last), last);
        if (fall.change().samples() < RunVerdict.MIN_PAIRS) {
            return Optional.empty();
        }
        boolean gained = Estimate.ofChange(truth.scores().get(0), atBest, fall.confidence())
                .isAbove0();
        double least = means[best] - (gained ? SHARE * (means[best] - means[0]) : 0);
        if (!fall.isClear() || !(means[last] < least)) {
            return Optional.of(NONE);
        }
        if (!gained) {
            return Optional.of(new TruthLoss(true, OptionalInt.empty()));
        }
        int since = last;
        while (since - 1 > best && Arrays.stream(means, since - 1, last).allMatch(m -> m < least)) {
            since--;
        }
        return Optional.of(
                new TruthLoss(true, OptionalInt.of(evaluations.epochs().get(since))));
    }
}
