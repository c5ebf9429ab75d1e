package org.tempera.nn.clip;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;

/**
 * The rows of layers that are known to be affine throughout. A file has weights, but not what stands between them: rows
 * with activations, of which LAION published some too, have the same names and fit by accident. Their places and widths
 * tell them apart.
 */
public final class HeadLayout {
    /**
     * Places of the affine layers of LAION's predictor of version 2 and of ImageReward; between them is dropout alone.
     */
    public static final List<Integer> PLACES = List.of(0, 2, 4, 6, 7);

    /** What these layers make of an embedding, one after the other. */
    public static final List<Integer> WIDTHS = List.of(1024, 128, 64, 16, 1);

    private HeadLayout() {}

    /**
     * Fails unless the layers are one, in the first place, or those of LAION's predictor.
     *
     * @param weights names of the weights by their layers' places
     * @param biased the places of the layers that have a bias
     * @throws UserException that says what was found
     */
    static void requireKnown(TensorSource source, SortedMap<Integer, String> weights, Set<Integer> biased) {
        if (weights.keySet().equals(Set.of(0))) {
            return;
        }
        List<Integer> places = List.copyOf(weights.keySet());
        List<String> widths = new ArrayList<>();
        for (Map.Entry<Integer, String> layer : weights.entrySet()) {
            Shape shape = source.info(layer.getValue()).shape();
            widths.add(shape.numDimensions() == 2 ? String.valueOf(shape.get(0)) : shape.toString());
        }
        if (!places.equals(PLACES)
                || !widths.equals(WIDTHS.stream().map(String::valueOf).toList())
                || !biased.equals(Set.copyOf(PLACES))) {
            throw new UserException(source.path()
                    + ": expected a head of one affine layer in the first place, or the five of LAION's"
                    + " predictor (places " + PLACES + ", widths " + WIDTHS + ", each with a bias), found places "
                    + places + ", widths " + widths + ", biases at " + List.copyOf(new TreeSet<>(biased))
                    + ". What stands between such layers, an activation perhaps, is not in the file: multiply them out into"
                    + " one layer where nothing does.");
        }
    }
}
