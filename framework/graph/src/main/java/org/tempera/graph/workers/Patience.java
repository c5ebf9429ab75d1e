package org.tempera.graph.workers;

import java.time.Duration;

/**
 * How long a worker waits for others.
 *
 * @param beforeAsking how long a call goes on before the others are asked whether they live, and before they are asked
 *     again
 * @param answer how long they have to answer
 * @param betweenNotes how often it is told that a call goes on
 */
record Patience(Duration beforeAsking, Duration answer, Duration betweenNotes) {
    static Patience usual() {
        return new Patience(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofMinutes(1));
    }

    /**
     * How long a worker that has lost another stays, so that those that find out later do not take it for the lost one.
     */
    Duration beforeLeaving() {
        return beforeAsking.plus(beforeAsking.dividedBy(2));
    }

    /** A time as messages tell it: seconds up to two minutes, minutes from there on. */
    static String words(Duration time) {
        long seconds = Math.max(1, time.toSeconds());
        return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
    }
}
