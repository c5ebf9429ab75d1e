package org.tempera.record.compare;

import org.tempera.base.text.Words;

/** What an interval is over: what else might have been drawn. */
public enum Basis {
    /** Over seeds, each with all of its pictures: it speaks of the algorithm. */
    SEEDS,
    /** Over the pictures of one seed: it speaks of this one run, and of no algorithm. */
    PICTURES,
    /** There is none. */
    NONE;

    @Override
    public String toString() {
        return Words.of(this);
    }
}
