package org.tempera.spi.graph;

import java.nio.FloatBuffer;

/** How a parameter gets its first value. Random values depend on the run's seed and the parameter's name alone. */
public sealed interface Initializer {
    /** Every entry is {@code value}. */
    record Constant(float value) implements Initializer {}

    /** Independent draws from N({@code mean}, {@code standardDeviation}^2). */
    record Normal(float mean, float standardDeviation) implements Initializer {}

    /** Independent draws, uniform in [-{@code bound}, {@code bound}). */
    record Uniform(float bound) implements Initializer {}

    /** Values read from a file or another host source when the session starts, one tensor at a time. */
    record Values(Source source) implements Initializer {}

    /** Fills a buffer of exactly the parameter's size, in the graph's layout (row-major). */
    @FunctionalInterface
    interface Source {
        void fill(FloatBuffer target);
    }

    static Initializer zeros() {
        return new Constant(0);
    }

    static Initializer ones() {
        return new Constant(1);
    }

    static Initializer normal(double standardDeviation) {
        return new Normal(0, (float) standardDeviation);
    }

    static Initializer values(Source source) {
        return new Values(source);
    }
}
