package org.tempera.graph.workers;

/** What a worker calls its channel for; its ordinal goes to the others. */
enum CallKind {
    JOIN("joins the run"),
    ALL_GATHER("gathers"),
    BROADCAST("waits for what the first worker gives"),
    ALL_REDUCE("sums"),
    FAIL("has failed"),
    FAIL_FOR_GOOD("has failed"),
    END("has ended");

    private final String verb;

    CallKind(String verb) {
        this.verb = verb;
    }

    /** The call of a worker that has failed. */
    static CallKind of(FailureKind failure) {
        return failure == FailureKind.PASSING ? FAIL : FAIL_FOR_GOOD;
    }

    /** Whether the worker has failed; it says why. */
    boolean isFailure() {
        return this == FAIL || this == FAIL_FOR_GOOD;
    }

    /** What is said of a worker that calls for it. */
    String verb() {
        return verb;
    }
}
