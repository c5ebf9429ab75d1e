package org.tempera.graph.workers;

/** Whether what has failed on a worker may go well when all are started again. */
public enum FailureKind {
    /** It may be gone by then. */
    PASSING,
    /** It comes again until somebody mends it. */
    LASTING
}
