package org.tempera.core.learn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.PlainFields;

/** How far an epoch's plan was run, with the metrics of what was run. */
public final class UpdateProgress {
    private static final String DONE = "done";
    private static final String AVERAGES = "averages";
    private static final String BEFORE_UPDATE = "before_update";

    private final Averages averages = new Averages();
    private final Averages beforeUpdate = new Averages();
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

    /** An update was made, which ends before micro-batch {@code end}. */
    void add(int end, List<Map<String, HostTensor>> metrics, Map<String, HostTensor> norms) {
        metrics.forEach(averages::add);
        if (done == 0) {
            metrics.forEach(beforeUpdate::add);
        }
        averages.add(norms);
        done = end;
    }

    /** By standard name, averaged over micro-batches. */
    Map<String, Double> means() {
        Map<String, Double> means = averages.means();
        Double ratioError = beforeUpdate.means().get(MetricNames.RATIO_ERROR);
        if (ratioError != null) {
            means.put(MetricNames.ON_POLICY_RATIO_ERROR, ratioError);
        }
        return means;
    }

    /** All of it as plain data. */
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(DONE, done);
        state.put(AVERAGES, averages.state());
        state.put(BEFORE_UPDATE, beforeUpdate.state());
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
    }
}
