package org.tempera.core.config;

/** What a run does at an alarm by signs of over-optimisation. */
public enum OnAlarm {
    NOTHING,
    /** Tells it. */
    WARN,
    /** Ends; the best checkpoint is kept. */
    STOP
}
