package org.tempera.algorithms.kl;

import java.util.Map;
import org.tempera.spi.Checkpointable;
import org.tempera.spi.PlainFields;

/** The factor that a KL penalty is multiplied with, and how it follows the divergence that was measured. */
public sealed interface KlController extends Checkpointable {
    /** The factor now. */
    double value();

    /**
     * After an epoch.
     *
     * @param measuredKl mean over samples of the log-ratio summed over timesteps, nats
     * @param samples samples that it was measured on
     */
    void update(double measuredKl, int samples);

    /** A factor that stays. */
    static KlController fixed(double value) {
        return new Fixed(value);
    }

    /**
     * A factor that grows while the divergence is above {@code target} and shrinks below it: multiplied by 1 + clip(kl
     * / target - 1, -0.2, 0.2) * min(samples, horizon) / horizon (Ziegler et al. 2019, section 2.2, without the
     * minimum: an epoch of more than five horizons would turn the penalty into its opposite).
     *
     * @param target divergence aimed at, nats, positive
     * @param horizon samples over which the factor may change by a fifth, positive
     */
    static KlController adaptive(double initial, double target, double horizon) {
        return new Adaptive(initial, target, horizon);
    }

    /** See {@link #fixed}. */
    final class Fixed implements KlController {
        private final double value;

        private Fixed(double value) {
            this.value = requireFactor(value);
        }

        @Override
        public double value() {
            return value;
        }

        @Override
        public void update(double measuredKl, int samples) {}

        @Override
        public Map<String, Object> state() {
            return Map.of();
        }

        @Override
        public void restore(Map<String, Object> state) {}
    }

    /** See {@link #adaptive}. */
    final class Adaptive implements KlController {
        private static final double MAX_ERROR = 0.2;

        private final double target;
        private final double horizon;
        private double value;

        private Adaptive(double initial, double target, double horizon) {
            if (!(target > 0 && horizon > 0)) {
                throw new IllegalArgumentException(
                        "the KL target and horizon must be positive, found " + target + " and " + horizon);
            }
            this.value = requireFactor(initial);
            this.target = target;
            this.horizon = horizon;
        }

        @Override
        public double value() {
            return value;
        }

        @Override
        public void update(double measuredKl, int samples) {
            double error = Math.max(-MAX_ERROR, Math.min(MAX_ERROR, measuredKl / target - 1));
            value *= 1 + error * Math.min(samples, horizon) / horizon;
        }

        @Override
        public Map<String, Object> state() {
            return Map.of("value", value);
        }

        /** {@inheritDoc} Of a factor that stayed, which keeps nothing, it begins anew. */
        @Override
        public void restore(Map<String, Object> state) {
            if (!state.isEmpty()) {
                value = requireFactor(PlainFields.of(state).number("value"));
            }
        }
    }

    private static double requireFactor(double value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException("the KL factor must not be negative, found " + value);
        }
        return value;
    }
}
