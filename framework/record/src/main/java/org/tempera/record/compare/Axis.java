package org.tempera.record.compare;

import java.util.Locale;

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
        return name().toLowerCase(Locale.ROOT);
    }
}
