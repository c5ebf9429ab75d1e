package org.tempera.algorithms.kl;

/** Which way the training reward and others disagree about a sample. */
public enum Disagreement {
    /** The training reward ranks it higher than the others do: what exploits the training reward alone looks so. */
    TRAINING_HIGHER,
    /** It ranks it lower: GARDO's published code, whose ranks begin at 1 with the highest reward. */
    TRAINING_LOWER
}
