package org.tempera.core.config;

/** What a reward's score is where it is looked for in a ball around each picture. */
public enum BallScore {
    /** The score at the worst picture of the ball. */
    WORST,
    /** By how much it is below the picture's own: how steep the reward is there. */
    FALL
}
