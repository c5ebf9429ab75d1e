package org.tempera.spi;

import java.util.Map;

/**
 * A part with host state that a checkpoint must hold. State is plain data: strings, numbers, booleans, lists and maps
 * of these, so that it is stored as JSON. Variables of the graph are stored by the framework and are no part of it.
 */
public interface Checkpointable {
    /**
     * A copy of the state as plain data, which later changes do not reach; restoring it must give the same behaviour
     * bit for bit.
     */
    Map<String, Object> state();

    /**
     * Takes over a state that {@link #state} returned. JSON has kept it in between: a whole number comes back as a
     * {@code Long}, another as a {@code Double} (each double with its bits), an array as a list, and a map in its
     * order; {@link PlainFields} reads them.
     *
     * @throws IllegalArgumentException if a part is missing or of another kind, saying what was expected and what was
     *     found
     */
    void restore(Map<String, Object> state);

    /**
     * Thrown where a restored state turns out not to fit, as when it names neurons that a network does not have. Its
     * message is the part of a sentence that says what was expected and what was found; the framework adds where the
     * state comes from and what to do.
     */
    final class UnfitStateException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public UnfitStateException(String message) {
            super(message);
        }
    }
}
