package org.tempera.core.workers;

import java.util.Map;

/**
 * What the first worker has all do next.
 *
 * @param task what
 * @param detail of it; empty where there is none
 */
public record Order(Task task, String detail) {
    private static final String TASK = "task";
    private static final String DETAIL = "detail";

    /** What can be done together. */
    public enum Task {
        /** Train an epoch, or the rest of one. */
        TRAIN,
        /** Evaluate the present weights. */
        EVALUATE,
        /** Standardise rewards by the evaluation that was made last. */
        STANDARDISE,
        /** Take over a checkpoint, which the first worker hands on. */
        RESTORE,
        /** Take over weights from a checkpoint, and go on counting epochs. */
        ROLL_BACK,
        /** End: the detail says how it has ended. */
        END
    }

    /** One without detail. */
    public static Order of(Task task) {
        return new Order(task, "");
    }

    Parcel parcel() {
        return Parcel.of(Map.of(TASK, task.name(), DETAIL, detail));
    }

    static Order of(Parcel parcel) {
        return new Order(
                Task.valueOf(parcel.fields().text(TASK)), parcel.fields().text(DETAIL));
    }
}
