package org.tempera.nn.layers;

import org.tempera.spi.UserException;

/** A picture has so many places that attention between them would be computed in too many parts. */
public final class AttentionSizeException extends UserException {
    private static final long serialVersionUID = 1L;

    private final double excess;

    AttentionSizeException(int places, long parts, long most) {
        super("attention between " + places + " places of a picture would be computed in " + parts
                + " parts, expected at most " + most + ". Use smaller pictures.");
        this.excess = Math.sqrt((double) parts / most);
    }

    /** How many times too many places there are. */
    public double excess() {
        return excess;
    }
}
