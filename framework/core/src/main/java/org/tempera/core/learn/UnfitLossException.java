package org.tempera.core.learn;

/** What a loss asks of the views of an update and cannot have: the mistake of the algorithm's author. */
final class UnfitLossException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what it does, as in "reads two kinds of ...", without a full stop */
    UnfitLossException(String message) {
        super(message);
    }
}
