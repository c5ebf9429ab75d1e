package org.tempera.algorithms.constrained;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.ToyRun;
import org.tempera.algorithms.ddpo.DdpoConfig;
import org.tempera.algorithms.ddpo.DdpoProvider;
import org.testng.annotations.Test;

/** Whether a bound still holds at the end of a run whose training reward pulls away from it. */
public class ConstraintHoldsTest {
    private static final int EPOCHS = 40;
    private static final int LAST = 10;

    /** In deviations of the base model's scores; the mean of 160 samples is uncertain by 0.08. */
    private static final double TOLERANCE = 0.25;

    @Test
    public void aBoundHoldsAtTheDefaultRate() {
        assertThat(slackAtTheEnd(MultiplierConfig.defaults())).isGreaterThan(-TOLERANCE);
    }

    /** So the training reward does pull away: at a fiftieth of the rate the multiplier comes too late. */
    @Test
    public void aSmallRateComesTooLate() {
        MultiplierConfig d = MultiplierConfig.defaults();
        MultiplierConfig slow = new MultiplierConfig(
                d.rule(),
                d.initial(),
                d.largest(),
                d.learningRate() / 50,
                d.proportional(),
                d.integral(),
                d.derivative(),
                d.smoothing(),
                d.delay());
        assertThat(slackAtTheEnd(slow)).isLessThan(-2 * TOLERANCE);
    }

    /** Kept is the opposite of the training reward. Mean slack of the last epochs, in deviations of the base model. */
    private static double slackAtTheEnd(MultiplierConfig multiplier) {
        ConstrainedConfig d = ConstrainedConfig.defaults();
        Constrained algorithm = new Constrained(
                new ConstrainedConfig(d.of(), d.rewardNormalisation(), d.margin(), d.constraints(), multiplier),
                new DdpoProvider().create(DdpoConfig.defaults()));
        double margin = 0;
        double slack = 0;
        try (ToyRun run = new ToyRun(algorithm, Optional.empty(), 0.02, 0)) {
            for (int i = 1; i <= EPOCHS; i++) {
                double now =
                        run.epoch(i, ConstraintHoldsTest::opposite).metrics().get("constraint/pale/slack");
                if (i == 1) { // the bound is the first epoch's mean less the margin
                    margin = now;
                }
                slack += i > EPOCHS - LAST ? now / LAST : 0;
            }
        }
        return slack / (margin / d.margin());
    }

    private static Map<String, float[]> opposite(float[] rewards) {
        float[] opposite = new float[rewards.length];
        for (int i = 0; i < opposite.length; i++) {
            opposite[i] = -rewards[i];
        }
        return Map.of("pale", opposite);
    }
}
