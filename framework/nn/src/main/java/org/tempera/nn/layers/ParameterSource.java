package org.tempera.nn.layers;

import org.tempera.spi.graph.Initializer;
import org.tensorflow.ndarray.Shape;

/**
 * Where the parameters of a model come from: files, random numbers, or nowhere, when only their names and shapes are
 * asked for. Models declare their parameters through it, in a fixed order, under the names of the field's own files.
 */
@FunctionalInterface
public interface ParameterSource {
    /**
     * Declares a parameter.
     *
     * @param name its name in PyTorch's files, such as {@code down_blocks.0.resnets.0.conv1.weight}
     * @param shape its shape in the graph's layout
     * @param fresh its first value if it does not come from a file
     */
    Weight weight(String name, Layout layout, Shape shape, Initializer fresh);

    /** The parameters whose names start with {@code prefix} and a dot; all of them if it is empty. */
    default ParameterSource child(String prefix) {
        return prefix.isEmpty()
                ? this
                : (name, layout, shape, fresh) -> weight(prefix + "." + name, layout, shape, fresh);
    }
}
