package org.tempera.record.review;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.tempera.record.metrics.MetricRow;
import org.tempera.record.metrics.Sample;
import org.tempera.spi.MetricNames;

/** Counts epochs of several samples all of which had the same training reward. */
public final class ConstantEpochs {
    private final Set<Integer> withoutDeviation = new HashSet<>();
    private int all;
    private int constant;

    /** Takes an epoch's numbers, those of all epochs before any sample. */
    public void take(MetricRow row) {
        Double deviation = row.values().get(MetricNames.TRAIN_REWARD_DEVIATION);
        if (deviation != null) {
            all++;
            if (deviation == 0) {
                withoutDeviation.add(row.epoch());
            }
        }
    }

    /** Takes a sample that was trained on: one alone in its epoch is always equal to itself. */
    public void take(Sample sample) {
        if (sample.index() == 1 && withoutDeviation.contains(sample.epoch())) {
            constant++;
        }
    }

    /** For people; empty if there are none. */
    public Optional<String> note() {
        return constant == 0
                ? Optional.empty()
                : Optional.of("The training reward was constant in " + constant + " of " + all
                        + " epochs: all samples of such an epoch had the same, which teaches nothing.");
    }
}
