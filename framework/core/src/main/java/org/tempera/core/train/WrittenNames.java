package org.tempera.core.train;

import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.record.metrics.TensorBoardEvents;
import org.tempera.record.report.Timeline;

/**
 * The names of what a training writes into its run folder beside the folder's own files, asked of the classes that
 * write them.
 */
public final class WrittenNames {
    private static final String CHECKPOINTS = "checkpoints/";
    private static final String FAILURES = "failures/";

    private WrittenNames() {}

    /** Whether a path from the run folder, with slashes, is one of them. */
    public static boolean contain(String name) {
        if (name.startsWith(CHECKPOINTS)) {
            return CheckpointStore.isOwnName(name.substring(CHECKPOINTS.length()));
        }
        if (name.startsWith(FAILURES)) {
            return RunRecorder.isFailure(name.substring(FAILURES.length()));
        }
        return TensorBoardEvents.isName(name) || name.equals("images/" + Timeline.FILE);
    }
}
