package org.tempera.graph.workers;

/**
 * What is wrong with a worker.
 *
 * @param kind by which it is known whether the run may be started again as it is
 * @param words to follow the worker's name and "which", such as {@code refuses connections}
 */
record Fault(Kind kind, String words) {
    /** What decides what is to be done. */
    enum Kind {
        /** It does not answer, or not as it should: all may be started again. */
        AWAY,
        /** Its host's name has no address: a mistake. */
        UNKNOWN_NAME,
        /** Its host's name leads to this worker, though names may come to lead elsewhere: a mistake. */
        THIS_ONE,
        /** It waits for others than these: a mistake. */
        OTHER_ADDRESSES
    }

    static Fault away(String words) {
        return new Fault(Kind.AWAY, words);
    }

    static Fault unknownName() {
        return new Fault(Kind.UNKNOWN_NAME, "has a name that does not resolve");
    }

    static Fault thisOne() {
        return new Fault(Kind.THIS_ONE, "has a name that leads to this worker (give each a host or a port of its own)");
    }

    static Fault otherAddresses() {
        return new Fault(Kind.OTHER_ADDRESSES, "is a worker of other addresses");
    }

    /** Whether it would come again if all were started again as they are. */
    boolean isMistake() {
        return kind != Kind.AWAY;
    }

    /** The same, with more said of it before or behind. */
    Fault said(String before, String behind) {
        return new Fault(kind, before + words + behind);
    }
}
