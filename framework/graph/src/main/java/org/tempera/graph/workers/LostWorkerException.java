package org.tempera.graph.workers;

import org.tempera.spi.UserException;

/** A worker of the group is lost, or has ended; the message says which. */
public final class LostWorkerException extends UserException {
    private static final long serialVersionUID = 1L;

    public LostWorkerException(String message) {
        super(message);
    }

    public LostWorkerException(String message, Throwable cause) {
        super(message, cause);
    }
}
