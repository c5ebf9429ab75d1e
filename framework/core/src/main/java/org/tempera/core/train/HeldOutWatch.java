package org.tempera.core.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.record.verdict.Fall;
import org.tempera.record.verdict.HeldOutScore;
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
     * @param epoch of the evaluation that shows it
     * @param best epoch of the best evaluation before
     * @param change from there with its interval, in words
     */
    record Fallen(int epoch, int best, String change) {
        String words() {
            return "the held-out score changed by " + change + " from its best, at epoch " + best;
        }

        Map<String, Object> state() {
            return Map.of("epoch", epoch, "best", best, "change", change);
        }

        static Fallen of(PlainFields state) {
            return new Fallen(state.integer("epoch"), state.integer("best"), state.text("change"));
        }
    }

    /**
     * Takes in an evaluation.
     *
     * @param scores held-out score of each sample, the same samples always
     * @return whether it lies clearly below the best before
     */
    Optional<Fallen> add(int epoch, double[] scores) {
        double mean = HeldOutScore.mean(scores);
        Optional<Fallen> fallen = Optional.empty();
        // An evaluator of an embedder's may draw other pictures now and then: these make no pairs.
        if (evaluations > 0 && scores.length == peak.length) {
            Fall fall = Fall.of(peak, scores, evaluations);
            fallen = fall.isClear()
                    ? Optional.of(new Fallen(epoch, peakEpoch, fall.change().signed()))
                    : Optional.empty();
        }
        if (evaluations == 0 || mean > HeldOutScore.mean(peak) || Double.isNaN(HeldOutScore.mean(peak))) {
            peakEpoch = epoch;
            peak = scores.clone();
        }
        evaluations++;
        return fallen;
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
