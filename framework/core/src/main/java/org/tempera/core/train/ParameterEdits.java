package org.tempera.core.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.core.learn.AdamW;
import org.tempera.core.learn.Learner;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.Parameter;

/**
 * Parameters, and the optimiser's moments of them, that an algorithm looks at and changes after an epoch. All are read
 * when the first is asked for and written by {@link #apply}: a run of the session for each would cost TensorFlow a pass
 * over the whole graph every time, and adapters are hundreds.
 */
public final class ParameterEdits {
    private final TrainingSession session;
    private final Learner learner;
    private final Set<Parameter> offered = new LinkedHashSet<>();
    private final Map<Parameter, HostTensor> values = new LinkedHashMap<>();
    private final Set<Parameter> changed = new LinkedHashSet<>();

    public ParameterEdits(TrainingSession session, Learner learner) {
        this.session = session;
        this.learner = learner;
    }

    /** Makes a parameter and its moments known. */
    public void offer(Parameter parameter) {
        offered.add(parameter);
        learner.slot(parameter).ifPresent(slot -> offered.addAll(moments(slot)));
    }

    /** A parameter's value with the changes so far. */
    public HostTensor read(Parameter parameter) {
        if (!offered.contains(parameter)) {
            throw new IllegalArgumentException("parameter '" + parameter.name() + "' is not among the layers at hand");
        }
        HostTensor known = values.get(parameter);
        if (known == null) {
            List<Parameter> missing = new ArrayList<>(offered);
            missing.removeAll(values.keySet());
            List<HostTensor> read = session.readAll(missing);
            for (int i = 0; i < read.size(); i++) {
                values.put(missing.get(i), read.get(i));
            }
            known = read.get(missing.indexOf(parameter));
        }
        return known;
    }

    /** Changes a parameter once {@link #apply} is called. */
    public void write(Parameter parameter, HostTensor value) {
        read(parameter);
        values.put(parameter, value);
        changed.add(parameter);
    }

    /** Sets both moments to zero where the mask, row by row, is true. */
    public void zeroMoments(Parameter parameter, boolean[] mask) {
        AdamW.Slot slot = learner.slot(parameter)
                .orElseThrow(
                        () -> new IllegalArgumentException("no optimiser owns parameter '" + parameter.name() + "'"));
        for (Parameter moment : moments(slot)) {
            HostTensor old = read(moment);
            float[] data = old.data().clone();
            for (int i = 0; i < data.length; i++) {
                data[i] = mask[i] ? 0 : data[i];
            }
            write(moment, HostTensor.of(data, old.shape()));
        }
    }

    /** Writes what was changed. */
    public void apply() {
        if (!changed.isEmpty()) {
            // Unchanged ones too: another combination of parameters would be another pass over the graph.
            session.writeAll(values);
            changed.clear();
        }
    }

    private static List<Parameter> moments(AdamW.Slot slot) {
        return List.of(slot.firstMoment(), slot.secondMoment());
    }
}
