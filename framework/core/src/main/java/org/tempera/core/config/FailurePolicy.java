package org.tempera.core.config;

/** What happens when a reward is not a finite number. */
public enum FailurePolicy {
    /** The run saves what it has and ends with a message that names reward and prompt. */
    FAIL,
    /** The sample is left out of the update and counted. */
    SKIP
}
