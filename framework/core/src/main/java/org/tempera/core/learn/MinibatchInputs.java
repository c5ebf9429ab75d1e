package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.tensorflow.Operand;

/** Inputs of a micro-batch's graph: each is declared together with what it is fed with, by the view that reads it. */
final class MinibatchInputs {
    private final Map<String, Operand<?>> operands = new LinkedHashMap<>();
    private final List<Function<MinibatchRows, ? extends Map<String, ?>>> sources = new ArrayList<>();

    /**
     * Declares an input.
     *
     * @param source gives what is fed: a {@link org.tempera.spi.HostTensor}, or an {@code int[]} for integers
     */
    void add(String name, Operand<?> operand, Function<MinibatchRows, ?> source) {
        addAll(Map.of(name, operand), rows -> Map.of(name, source.apply(rows)));
    }

    /**
     * Declares inputs that are fed together.
     *
     * @param source gives what is fed, by the same names
     */
    void addAll(Map<String, ? extends Operand<?>> inputs, Function<MinibatchRows, ? extends Map<String, ?>> source) {
        inputs.forEach((name, operand) -> {
            if (operands.put(name, operand) != null) {
                throw new IllegalStateException("the input '" + name + "' is declared twice");
            }
        });
        sources.add(source);
    }

    /** The inputs by name, complete once the loss is built. */
    Map<String, Operand<?>> operands() {
        return operands;
    }

    /** Those of some names alone. */
    Map<String, Operand<?>> operands(Set<String> names) {
        Map<String, Operand<?>> some = new LinkedHashMap<>(operands);
        some.keySet().retainAll(names);
        return some;
    }

    /** What is fed for a micro-batch. */
    Map<String, Object> feeds(MinibatchRows rows) {
        Map<String, Object> feeds = new LinkedHashMap<>();
        sources.forEach(source -> feeds.putAll(source.apply(rows)));
        return feeds;
    }
}
