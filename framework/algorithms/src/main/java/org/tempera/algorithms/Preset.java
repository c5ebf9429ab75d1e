package org.tempera.algorithms;

/** Which values stand in for keys that a config leaves out. A key that is given always wins. */
public enum Preset {
    /** What is recommended: the published method with what defeats its own purpose mended. */
    DEFAULT,
    /** The published code's values, quirks included, for reproducing its numbers. */
    REFERENCE
}
