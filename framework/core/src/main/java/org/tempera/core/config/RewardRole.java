package org.tempera.core.config;

/** What a reward is for. */
public enum RewardRole {
    /** Trained on. */
    TRAIN,
    /** Bounded and not maximised, by algorithms that can do so; judges nothing. */
    CONSTRAINT,
    /** Never a gradient or an advantage; judges the run and chooses its best checkpoint. */
    HELD_OUT,
    /** Shown only: neither trained on nor a judge of anything. */
    LOGGED
}
