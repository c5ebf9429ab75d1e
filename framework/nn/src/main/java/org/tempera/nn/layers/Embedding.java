package org.tempera.nn.layers;

import org.tempera.spi.graph.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A table of vectors, looked up by index. */
public final class Embedding {
    private final Weight table;
    private final int width;

    /** Declares {@code weight} [entries, width]. */
    public Embedding(ParameterSource source, int entries, int width) {
        this.table = source.weight("weight", Layout.SAME, Shape.of(entries, width), Initializer.normal(0.02));
        this.width = width;
    }

    /** The vectors of {@code ids}, one more axis than it has. */
    public Operand<TFloat32> apply(Forward f, Operand<TInt32> ids) {
        return f.tf().gather(table.value(f.weights()), ids, f.tf().constant(0));
    }

    /** The first {@code count} vectors, {@code [count, width]}. */
    public Operand<TFloat32> first(Forward f, int count) {
        return f.tf().slice(table.value(f.weights()), f.ints(0, 0), f.ints(count, width));
    }
}
