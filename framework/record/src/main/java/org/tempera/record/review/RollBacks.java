package org.tempera.record.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tempera.record.metrics.MetricRow;
import org.tempera.spi.MetricNames;

/** Finds where a run was taken back to an earlier checkpoint, by what the first epoch after it logged. */
public final class RollBacks {
    private final List<String> found = new ArrayList<>();

    /** Takes an epoch's numbers, in the order of epochs. */
    public void take(MetricRow row) {
        Double to = row.values().get(MetricNames.ROLLED_BACK_TO);
        if (to != null) {
            found.add("after epoch " + (row.epoch() - 1) + " to epoch " + Math.round(to));
        }
    }

    /** For people; empty if there are none. */
    public Optional<String> note() {
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of("The run went back " + String.join(", ", found)
                        + " (evaluation.on-fall = roll-back): what it came to in between, it left.");
    }
}
