package org.tempera.examples.animals.world;

import java.util.Optional;
import org.tempera.nn.layers.Layout;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.Weight;
import org.tempera.spi.graph.Initializer;
import org.tensorflow.ndarray.Shape;

/** Parameters of which some begin at chosen values. */
final class FixedStart implements ParameterSource {
    private final ParameterSource inner;
    private final Values values;

    /** First values by the parameter's name in files, in the graph's layout; empty for the usual ones. */
    interface Values {
        Optional<float[]> of(String name, Shape shape);
    }

    FixedStart(ParameterSource inner, Values values) {
        this.inner = inner;
        this.values = values;
    }

    @Override
    public Weight weight(String name, Layout layout, Shape shape, Initializer fresh) {
        Optional<float[]> chosen = values.of(name, shape);
        return inner.weight(
                name,
                layout,
                shape,
                chosen.isPresent() ? Initializer.values(target -> target.put(chosen.get())) : fresh);
    }
}
