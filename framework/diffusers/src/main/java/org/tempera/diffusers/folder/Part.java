package org.tempera.diffusers.folder;

import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.layers.ParameterInventory;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.graph.GraphScope;

/**
 * A part of a pipeline, read and checked: its weights are of the names and shapes that its configuration asks for.
 *
 * @param name its folder's name, such as {@code vae}, under which its parameters are declared
 * @param config its configuration
 * @param weights its open files, which belong to the {@link FolderReader}
 * @param naming how the files' names differ from the model's
 * @param inventory every parameter that it declares
 * @param <C> its configuration
 */
public record Part<C>(String name, C config, TensorSource weights, TensorNaming naming, ParameterInventory inventory) {
    /** Its parameters as variables that nothing trains, under {@link #name}. */
    public GraphParameters frozen(GraphScope scope) {
        return GraphParameters.fromFiles(scope.child(name), weights, naming, false);
    }
}
