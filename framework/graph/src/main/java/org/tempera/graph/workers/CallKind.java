package org.tempera.graph.workers;

/** What a worker calls its channel for; its ordinal goes to the others. */
enum CallKind {
    JOIN("joins the run"),
    ALL_GATHER("gathers"),
    BROADCAST("waits for what the first worker gives"),
    ALL_REDUCE("sums"),
    FAIL("has failed"),
    END("has ended");

    private final String verb;

    CallKind(String verb) {
        this.verb = verb;
    }

    /** What is said of a worker that calls for it. */
    String verb() {
        return verb;
    }
}
