package org.tempera.record.metrics;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The numbers of one epoch.
 *
 * @param epoch epochs that are complete; 0 before training
 * @param values by name
 */
public record MetricRow(int epoch, SortedMap<String, Double> values) {
    public MetricRow {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }
}
