package org.tempera.core.config;

/** What a reward is for. */
public enum RewardRole {
    /** Trained on. */
    TRAIN,
    /** Logged only: never a gradient or an advantage. */
    HELD_OUT
}
