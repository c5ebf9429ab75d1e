package org.tempera.core.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.spi.HostTensor;
import org.tempera.spi.PlainFields;

/** Running means of named scalars. */
final class Averages {
    private final Map<String, double[]> sums = new LinkedHashMap<>();

    void add(Map<String, HostTensor> values) {
        values.forEach((name, value) -> {
            double[] s = sums.computeIfAbsent(name, k -> new double[2]);
            s[0] += value.scalarValue();
            s[1]++;
        });
    }

    /** Sum and count by name, as plain data. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        sums.forEach((name, s) -> state.put(name, s.clone()));
        return state;
    }

    /** Takes back what {@link #state} gave. */
    void restore(PlainFields state) {
        state.names().forEach(name -> {
            double[] s = state.doubles(name);
            if (s.length != 2 || !Double.isFinite(s[0]) || !(s[1] > 0) || Double.isInfinite(s[1])) {
                throw new IllegalArgumentException(
                        "expected a finite sum and a count at '" + name + "', found " + Arrays.toString(s));
            }
            sums.put(name, s);
        });
    }

    Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        sums.forEach((name, s) -> means.put(name, s[0] / s[1]));
        return means;
    }
}
