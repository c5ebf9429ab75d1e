package org.tempera.algorithms.constrained;

import java.util.Map;
import org.tempera.spi.PlainFields;

/** Gradient ascent on the dual: l becomes l + rate * violation, within 0 and a largest value. */
public final class DualAscent implements Multiplier {
    private static final String VALUE = "value";

    private final double rate;
    private final double largest;
    private double value;

    /**
     * A multiplier of a run that begins.
     *
     * @param initial not negative
     * @param rate change for each unit of violation, positive
     * @param largest at least {@code initial}
     */
    public DualAscent(double initial, double rate, double largest) {
        this.value = Multiplier.notNegative("initial", initial);
        this.rate = rate;
        this.largest = largest;
    }

    @Override
    public double value() {
        return value;
    }

    @Override
    public void update(double violation) {
        value = Math.min(largest, Math.max(0, value + rate * violation));
    }

    @Override
    public Map<String, Object> state() {
        return Map.of(VALUE, value);
    }

    @Override
    public void restore(Map<String, Object> state) {
        value = Multiplier.notNegative(VALUE, PlainFields.of(state).number(VALUE));
    }
}
