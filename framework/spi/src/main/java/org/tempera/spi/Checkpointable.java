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
}
