package org.tempera.core.train;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tempera.core.metrics.JsonlMetrics;
import org.tempera.core.metrics.MetricNames;
import org.tempera.core.metrics.MetricRow;
import org.tempera.core.metrics.Sample;
import org.tempera.core.metrics.SamplesLog;
import org.tempera.core.run.OwnFiles;
import org.tempera.core.run.RunFolder;

/**
 * Epochs of several samples all of which had the same training reward.
 *
 * @param constant how many there are
 * @param all how many epochs there are
 */
record ConstantEpochs(int constant, int all) {
    /** Counts them by what a run has logged. */
    static ConstantEpochs of(RunFolder folder) {
        List<MetricRow> rows = OwnFiles.exists(folder.metrics()) ? JsonlMetrics.read(folder.metrics()) : List.of();
        List<MetricRow> epochs = rows.stream()
                .filter(r -> r.values().containsKey(MetricNames.TRAIN_REWARD_DEVIATION))
                .toList();
        Set<Integer> constant = epochs.stream()
                .filter(r -> r.values().getOrDefault(MetricNames.TRAIN_REWARD_DEVIATION, Double.NaN) == 0)
                .map(MetricRow::epoch)
                .collect(Collectors.toSet());
        if (constant.isEmpty()) {
            return new ConstantEpochs(0, epochs.size());
        }
        // One sample alone is always equal to itself.
        List<Sample> second = SamplesLog.read(
                folder.samples(),
                s -> s.phase() == Sample.Phase.TRAIN && s.index() == 1 && constant.contains(s.epoch()));
        return new ConstantEpochs(second.size(), epochs.size());
    }

    /** For people; empty if there are none. */
    Optional<String> note() {
        return constant == 0
                ? Optional.empty()
                : Optional.of("The training reward was constant in " + constant + " of " + all
                        + " epochs: all samples of such an epoch had the same, which teaches nothing.");
    }
}
