package org.tempera.record.compare;

import org.tempera.base.text.Words;

/** What a curve is drawn over: how far a run has come. */
public enum Axis {
    /** Complete epochs. */
    EPOCHS,
    /** Pictures that the training reward was asked for, evaluations apart. */
    QUERIES,
    /** Seconds of training by the clock, evaluations apart. */
    SECONDS;

    @Override
    public String toString() {
        return Words.of(this);
    }
}
