package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.FailurePolicy;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.UpdateScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/** The gate at the start of a run: training must find the steps as likely as sampling did. */
public class LogProbToleranceTest {
    private static TrainingSpec spec(double error, double tolerance) {
        return SpecCopy.of(TinyRuns.spec(
                        2, TinyRuns.brightness(), FailurePolicy.FAIL, 0.05, new Off(error), Optional.empty()))
                .optimizer(
                        new OptimizerSettings(Optional.of(0.05), 0.05, 0.01, 2, 0.9, 0.999, 1e-8, 1e-4, 1.0, tolerance))
                .build();
    }

    @Test
    public void aRunWhoseLogProbabilitiesDifferEndsBeforeItsFirstUpdate() {
        try (Trainer trainer = new Trainer(spec(2.5, 1))) {
            assertThatThrownBy(trainer::trainEpoch)
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("optimizer.log-prob-tolerance: before the first update, training gives the"
                            + " steps that were drawn other log-probabilities than sampling did: by up to 2.50 nats per"
                            + " picture, expected at most 1.0.");
            assertThat(trainer.unchangedSinceEpoch()).isTrue();
        }
    }

    /** Log-probabilities of one arithmetic are the same to the bit. */
    @Test
    public void withinTheToleranceItGoesOnAndLogsTheLargestDifference() {
        try (Trainer trainer = new Trainer(spec(0, 0))) {
            Map<String, Double> metrics = trainer.trainEpoch().metrics();
            assertThat(metrics).containsEntry(MetricNames.ON_POLICY_LOG_PROB_ERROR, 0.0);
            // Later updates of the epoch are off by what the first ones changed.
            assertThat(trainer.trainEpoch().metrics()).containsEntry(MetricNames.ON_POLICY_LOG_PROB_ERROR, 0.0);
            assertThat(metrics.getOrDefault(MetricNames.LOG_PROB_ERROR, 0.0)).isPositive();
            // Three steps are in three of the five parts.
            for (int part : new int[] {1, 2, 4}) {
                assertThat(metrics)
                        .containsKeys(
                                MetricNames.mean(MetricNames.RATIO, part),
                                MetricNames.deviation(MetricNames.RATIO, part));
            }
            assertThat(metrics)
                    .doesNotContainKeys(MetricNames.mean(MetricNames.RATIO, 3), MetricNames.mean(MetricNames.RATIO, 5));
        }
    }

    /** {@link TinyReinforce} that says it is off by so many nats. */
    private static final class Off extends TinyReinforce {
        private final double error;

        Off(double error) {
            this.error = error;
        }

        @Override
        public Losses build(UpdateScope scope) {
            Losses losses = super.build(scope);
            if (error == 0) {
                return losses;
            }
            Map<String, Operand<TFloat32>> metrics = new LinkedHashMap<>(losses.metrics());
            metrics.put(MetricNames.LOG_PROB_ERROR, scope.graph().tf().constant((float) error));
            return new Losses(losses.policy(), losses.critic(), metrics, losses.rows());
        }
    }
}
