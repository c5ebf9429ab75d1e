package org.tempera.core.learn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.PlainFields;

/** How far an epoch's plan was run, with the metrics of what was run. */
public final class UpdateProgress {
    private static final String DONE = "done";
    private static final String AVERAGES = "averages";
    private static final String BEFORE_UPDATE = "before_update";
    private static final String LARGEST = "largest_before_update";
    private static final String ROWS = "rows";

    private final Averages averages = new Averages();
    private final Averages beforeUpdate = new Averages();
    private final RowStatistics rows = new RowStatistics();
    private OptionalDouble logProbError = OptionalDouble.empty();
    private int done;
    private boolean touched;

    /** Micro-batches that are done: the first ones of the plan, up to the end of an update. */
    public int done() {
        return done;
    }

    /** Whether updates have changed the weights, or may have: one that failed halfway counts. */
    public boolean hasTouchedWeights() {
        return touched;
    }

    /** An update is about to be applied. */
    void applying() {
        touched = true;
    }

    /** Numbers of rows, of a micro-batch of the update that is made next. */
    void addRows(Map<String, HostTensor> numbers, int[] steps, int of) {
        rows.add(numbers, steps, of);
    }

    /** An update was made, which ends before micro-batch {@code end}. */
    void add(int end, List<Map<String, HostTensor>> metrics, Map<String, HostTensor> norms) {
        metrics.forEach(averages::add);
        if (done == 0) {
            metrics.forEach(beforeUpdate::add);
            logProbError = largest(metrics, MetricNames.LOG_PROB_ERROR);
        }
        averages.add(norms);
        done = end;
    }

    /** The largest of a metric over micro-batches; empty where they have none. */
    static OptionalDouble largest(List<Map<String, HostTensor>> metrics, String name) {
        return metrics.stream()
                .flatMap(m -> Optional.ofNullable(m.get(name)).stream())
                .mapToDouble(HostTensor::scalarValue)
                .max();
    }

    /** By standard name, averaged over micro-batches. */
    Map<String, Double> means() {
        Map<String, Double> means = averages.means();
        Double ratioError = beforeUpdate.means().get(MetricNames.RATIO_ERROR);
        if (ratioError != null) {
            means.put(MetricNames.ON_POLICY_RATIO_ERROR, ratioError);
        }
        logProbError.ifPresent(error -> means.put(MetricNames.ON_POLICY_LOG_PROB_ERROR, error));
        means.putAll(rows.metrics());
        return means;
    }

    /** All of it as plain data. */
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(DONE, done);
        state.put(AVERAGES, averages.state());
        state.put(BEFORE_UPDATE, beforeUpdate.state());
        logProbError.ifPresent(error -> state.put(LARGEST, error));
        state.put(ROWS, rows.state());
        return state;
    }

    /** Takes back what {@link #state} gave. */
    public void restore(PlainFields state) {
        done = state.integer(DONE);
        if (done < 0) {
            throw new IllegalArgumentException("expected 0 or more at '" + DONE + "', found " + done);
        }
        touched = done > 0;
        averages.restore(state.fields(AVERAGES));
        beforeUpdate.restore(state.fields(BEFORE_UPDATE));
        // Earlier versions kept neither.
        if (state.has(LARGEST)) {
            logProbError = OptionalDouble.of(state.number(LARGEST));
        }
        if (state.has(ROWS)) {
            rows.restore(state.fields(ROWS));
        }
    }
}
