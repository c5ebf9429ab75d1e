package org.tempera.nn.layers;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;

/**
 * How the names in a file differ from the model's.
 *
 * @param toModel the model's name of a stored tensor, such as today's for an old one
 * @param ignored stored names that are no parameters, such as buffers of position ids
 */
public record TensorNaming(UnaryOperator<String> toModel, Predicate<String> ignored) {
    /** Names are the model's. */
    public static TensorNaming same() {
        return new TensorNaming(UnaryOperator.identity(), name -> false);
    }

    /** Names are the model's, some are ignored. */
    public static TensorNaming ignoring(Predicate<String> ignored) {
        return new TensorNaming(UnaryOperator.identity(), ignored);
    }

    /**
     * Stored names by the model's, without the ignored ones, sorted.
     *
     * @throws UserException if two stored tensors are the same one of the model, such as under its old name and today's
     */
    public Map<String, String> byModelName(TensorSource source) {
        Map<String, String> names = new TreeMap<>();
        for (String stored : source.names()) {
            if (!ignored.test(stored)) {
                String twice = names.put(toModel.apply(stored), stored);
                if (twice != null) {
                    throw sameTensor(source, twice, stored);
                }
            }
        }
        return names;
    }

    /** Of two tensors of a file that a model has one place for. */
    public static UserException sameTensor(TensorSource source, String one, String other) {
        return new UserException(source.path() + ": tensors '" + one + "' and '" + other
                + "' are two spellings of one tensor of the model, and nothing says which counts. Remove those of one"
                + " spelling from the file.");
    }
}
