package org.tempera.spi.algorithm;

/** How much of its own value a copy keeps when it follows the policy. */
public enum DecayKind {
    /** Always the same. */
    CONSTANT,
    /** (1 + t) / (10 + t), so that a young copy follows fast. */
    POWER,
    /** Rising from 0 by the slope. */
    LINEAR,
    /** 0 for a while, then rising by the slope. */
    PIECEWISE
}
