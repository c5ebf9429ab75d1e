package org.tempera.algorithms.constrained;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.spi.PlainFields;

/**
 * PID control of a multiplier (Stooke et al. 2020, algorithm 2, with the smoothing of OmniSafe's {@code pid_lagrange}):
 * the sum of a part that follows the smoothed violation, its integral, and how much the smoothed violation has grown
 * since some epochs ago. What dual ascent does is the integral alone.
 *
 * <p>The smoothed violation of the last part begins with the first one that is seen, not with 0: otherwise its growth
 * would first be that from an arbitrary number.
 */
public final class PidControl implements Multiplier {
    /**
     * The factors.
     *
     * @param proportional of the smoothed violation
     * @param integral of the violation, summed up, never below 0
     * @param derivative of the growth of the smoothed violation, where it grows
     * @param smoothing share of an exponential mean that stays, in [0, 1)
     * @param delay epochs over which growth is measured, at least 1
     */
    public record Gains(double proportional, double integral, double derivative, double smoothing, int delay) {}

    private static final String SUM = "integral";
    private static final String SMOOTHED = "smoothed";
    private static final String EARLIER = "earlier";
    private static final String VALUE = "value";

    private final Gains gains;
    private final double largest;
    private double sum;
    private double smoothed;
    private final Deque<Double> earlier = new ArrayDeque<>();
    private double value;

    /**
     * A multiplier of a run that begins.
     *
     * @param initial what the integral begins with, not negative
     * @param largest at least {@code initial}
     */
    public PidControl(double initial, Gains gains, double largest) {
        this.gains = gains;
        this.largest = largest;
        this.sum = Multiplier.notNegative("initial", initial);
        this.value = initial;
    }

    @Override
    public double value() {
        return value;
    }

    @Override
    public void update(double violation) {
        sum = Math.max(0, sum + gains.integral() * violation);
        smoothed = gains.smoothing() * smoothed + (1 - gains.smoothing()) * violation;
        double now = earlier.isEmpty()
                ? violation
                : gains.smoothing() * earlier.getLast() + (1 - gains.smoothing()) * violation;
        double growth = earlier.isEmpty() ? 0 : Math.max(0, now - earlier.getFirst());
        earlier.addLast(now);
        if (earlier.size() > gains.delay()) {
            earlier.removeFirst();
        }
        value = Math.min(largest, Math.max(0, gains.proportional() * smoothed + sum + gains.derivative() * growth));
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(VALUE, value);
        state.put(SUM, sum);
        state.put(SMOOTHED, smoothed);
        state.put(EARLIER, List.copyOf(earlier));
        return state;
    }

    /** {@inheritDoc} Of dual ascent, whose value is an integral, the integral goes on, and the rest begins anew. */
    @Override
    public void restore(Map<String, Object> state) {
        PlainFields fields = PlainFields.of(state);
        double newValue = Multiplier.notNegative(VALUE, fields.number(VALUE));
        if (fields.names().equals(List.of(VALUE))) {
            value = newValue;
            sum = newValue;
            smoothed = 0;
            earlier.clear();
            return;
        }
        double newSum = Multiplier.notNegative(SUM, fields.number(SUM));
        double newSmoothed = fields.number(SMOOTHED);
        double[] kept = fields.finiteDoubles(EARLIER);
        value = newValue;
        sum = newSum;
        smoothed = newSmoothed;
        earlier.clear();
        for (int i = Math.max(0, kept.length - gains.delay()); i < kept.length; i++) {
            earlier.addLast(kept[i]);
        }
    }
}
