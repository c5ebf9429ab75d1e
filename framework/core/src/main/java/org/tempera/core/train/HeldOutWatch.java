package org.tempera.core.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.record.verdict.Alarms;
import org.tempera.record.verdict.HeldOutScore;
import org.tempera.record.verdict.ScoreSeries;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;

/**
 * The held-out score of a run's evaluations, of which it keeps the best: whether it has fallen. What was evaluated
 * before is told from the state alone, however long the log is.
 */
final class HeldOutWatch implements Checkpointable {
    private int evaluations;
    private int peakEpoch;
    private double[] peak = new double[0];

    /**
     * A clear fall.
     *
     * @param best epoch of the best evaluation before
     * @param words what the score did
     */
    record Fallen(int best, String words) {}

    /**
     * Looks at an evaluation, and takes nothing in.
     *
     * @param scores held-out score of each sample, the same samples always
     * @return whether it lies clearly below the best before
     */
    Optional<Fallen> look(double[] scores) {
        // An evaluator of an embedder's may draw other pictures now and then: these make no pairs.
        return evaluations > 0 && scores.length == peak.length
                ? Alarms.ofHeldOut(peak, peakEpoch, scores, evaluations).map(r -> new Fallen(peakEpoch, r.words()))
                : Optional.empty();
    }

    /** Takes in an evaluation. */
    void take(int epoch, double[] scores) {
        if (evaluations == 0 || ScoreSeries.isBetter(HeldOutScore.mean(scores), HeldOutScore.mean(peak))) {
            peakEpoch = epoch;
            peak = scores.clone();
        }
        evaluations++;
    }

    /** Evaluations that were taken in. */
    int evaluations() {
        return evaluations;
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("evaluations", evaluations);
        state.put("best", peakEpoch);
        state.put("scores", Arrays.stream(peak).boxed().toList());
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        PlainFields fields = PlainFields.of(state);
        evaluations = fields.integer("evaluations");
        peakEpoch = fields.integer("best");
        peak = fields.doubles("scores");
        if (evaluations < 0 || peakEpoch < 0) {
            throw new IllegalArgumentException(
                    "expected counts of 0 or more, found " + evaluations + " evaluations, the best at " + peakEpoch);
        }
    }
}
