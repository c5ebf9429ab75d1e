package org.tempera.record.compare;

import java.util.List;

/**
 * What training on each reward did to every reward: the change since before training, where the runs on one training
 * reward have come equally far, in units of the deviation between the pictures before training.
 *
 * @param scores names of the scores that were evaluated, those of the columns
 * @param rows one for each training reward and group
 * @param notes what a reader must know, a sentence each
 */
public record RewardMatrix(List<String> scores, List<Row> rows, List<String> notes) {
    /**
     * One group.
     *
     * @param proxy what it was trained on
     * @param group its name
     * @param level the training reward at which it is read, the highest that all groups on it reach
     * @param changes one for each column; of no seed where the score was not evaluated
     */
    public record Row(String proxy, String group, double level, List<Summary> changes) {
        public Row {
            changes = List.copyOf(changes);
        }
    }

    public RewardMatrix {
        scores = List.copyOf(scores);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }
}
