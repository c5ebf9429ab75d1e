package org.tempera.core.config;

/** What happens when a reward gives no finite number. */
public enum FailurePolicy {
    /** The run saves what it has and ends with a message that names reward and prompt. */
    FAIL,
    /** The run goes on and tells it; a sample that cannot be learnt from without the score is left out. */
    SKIP
}
