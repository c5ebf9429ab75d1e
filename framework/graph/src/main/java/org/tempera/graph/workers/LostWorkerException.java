package org.tempera.graph.workers;

import java.util.function.UnaryOperator;
import org.tempera.spi.UserException;

/** A worker of the group has not come, is lost, has ended, or has failed of what may pass; the message says which. */
public final class LostWorkerException extends UserException {
    private static final long serialVersionUID = 1L;

    /** What to do, which is the same for all of them, and where workers were stopped. */
    public static final String START_AGAIN =
            "Start all workers again, the first to go on with its run: they take its last checkpoint.";

    public LostWorkerException(String message) {
        super(message);
    }

    public LostWorkerException(String message, Throwable cause) {
        super(message, cause);
    }

    private LostWorkerException(LostWorkerException other, UnaryOperator<String> words) {
        super(other, words);
    }

    @Override
    protected boolean mayPass() {
        return true;
    }

    @Override
    public LostWorkerException reworded(UnaryOperator<String> words) {
        return new LostWorkerException(this, words);
    }
}
