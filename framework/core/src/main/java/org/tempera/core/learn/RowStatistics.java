package org.tempera.core.learn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.PlainFields;

/** Mean and deviation of numbers of rows, for each part of the trajectory that the rows' steps are in. */
final class RowStatistics {
    /** By name and part: count, mean, and sum of squared distances from it. */
    private final Map<Key, double[]> moments = new TreeMap<>();

    private record Key(String name, int part) implements Comparable<Key> {
        private static final char SEPARATOR = '#';

        @Override
        public int compareTo(Key o) {
            int byName = name.compareTo(o.name);
            return byName != 0 ? byName : Integer.compare(part, o.part);
        }

        String text() {
            return name + SEPARATOR + part;
        }

        static Key of(String text) {
            int at = text.lastIndexOf(SEPARATOR);
            return new Key(text.substring(0, Math.max(0, at)), Integer.parseInt(text.substring(at + 1)));
        }
    }

    /**
     * Takes in the rows of a micro-batch.
     *
     * @param rows by name, each {@code [batch]}
     * @param steps of the rows, 0 the noisiest
     * @param of how many steps there are; 0 where none led to the samples
     */
    void add(Map<String, HostTensor> rows, int[] steps, int of) {
        rows.forEach((name, numbers) -> {
            for (int i = 0; i < steps.length; i++) {
                int part = 1 + steps[i] * MetricNames.PARTS / Math.max(1, of);
                double[] m = moments.computeIfAbsent(new Key(name, part), k -> new double[3]);
                double off = numbers.get(i) - m[1];
                m[0]++;
                m[1] += off / m[0];
                m[2] += off * (numbers.get(i) - m[1]);
            }
        });
    }

    /** By the metrics' names. */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        moments.forEach((key, m) -> {
            metrics.put(MetricNames.mean(key.name(), key.part()), m[1]);
            metrics.put(MetricNames.deviation(key.name(), key.part()), Math.sqrt(m[2] / m[0]));
        });
        return metrics;
    }

    /** As plain data. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        moments.forEach((key, m) -> state.put(key.text(), m.clone()));
        return state;
    }

    /** Takes back what {@link #state} gave. */
    void restore(PlainFields state) {
        state.names().forEach(name -> {
            double[] m = state.doubles(name);
            if (m.length != 3 || !(m[0] > 0)) {
                throw new IllegalArgumentException(
                        "expected count, mean and squares at '" + name + "', found " + Arrays.toString(m));
            }
            moments.put(Key.of(name), m);
        });
    }
}
