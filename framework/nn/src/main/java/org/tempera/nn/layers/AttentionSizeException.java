package org.tempera.nn.layers;

import java.util.function.UnaryOperator;
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

    private AttentionSizeException(AttentionSizeException other, UnaryOperator<String> words) {
        super(other, words);
        this.excess = other.excess;
    }

    @Override
    public AttentionSizeException reworded(UnaryOperator<String> words) {
        return new AttentionSizeException(this, words);
    }

    /** How many times too many places there are. */
    public double excess() {
        return excess;
    }
}
