package org.tempera.algorithms.constrained;

import org.tempera.spi.Checkpointable;

/** The weight of one constraint, which follows how far it is violated. */
public sealed interface Multiplier extends Checkpointable permits DualAscent, PidControl {
    /** The weight now, not negative. */
    double value();

    /**
     * After an epoch.
     *
     * @param violation how far the mean lies below the bound; negative where the constraint holds
     */
    void update(double violation);

    /** A state's number that cannot be negative. */
    static double notNegative(String name, double number) {
        if (!(number >= 0)) {
            throw new IllegalArgumentException("'" + name + "' must not be negative, found " + number);
        }
        return number;
    }
}
