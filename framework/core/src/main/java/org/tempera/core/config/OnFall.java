package org.tempera.core.config;

/** What a run does when its held-out score has fallen below its best. */
public enum OnFall {
    NOTHING,
    /** Tells it. */
    WARN,
    /** Ends; the best checkpoint is kept. */
    STOP,
    /** Goes on from its best checkpoint. */
    ROLL_BACK
}
