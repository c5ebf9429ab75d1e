package org.tempera.spi;

import java.util.Map;

/**
 * A part with host state that a checkpoint must hold. State is plain data: strings, numbers, booleans, lists and maps of
 * these, so that it is stored as JSON. Variables of the graph are stored by the framework and are no part of it.
 */
public interface Checkpointable {
    /** The state as plain data, a copy that stays as it is; restoring it must give the same behaviour bit for bit. */
    Map<String, Object> state();

    /** Takes over a state that {@link #state} returned. */
    void restore(Map<String, Object> state);

    /**
     * That a state which was taken over turns out later to fit nothing, as when it speaks of neurons that a network has not got.
     * The framework adds where the state comes from, and what to do. The message is a part of a sentence: what was expected, and
     * what was found.
     */
    final class UnfitStateException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public UnfitStateException(String message) {
            super(message);
        }
    }
}
