package org.tempera.nn.preprocess;

import java.util.HashSet;
import java.util.Set;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.SharedKey;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.types.TFloat32;

/**
 * The images of a graph whose pixels are taken as they are, since a gradient of what is computed from them is followed.
 * Those of all others are rounded to 8 bits, as a file would hold them.
 */
public final class ContinuousImages {
    private static final SharedKey KEY = new SharedKey("images that are not rounded", "");

    private final Set<Output<TFloat32>> all = new HashSet<>();

    private ContinuousImages() {}

    private static ContinuousImages of(GraphScope scope) {
        return scope.shared(KEY, graph -> new ContinuousImages());
    }

    /** Has an operand's pixels taken as they are, by whatever preprocesses it from now on. */
    public static void declare(GraphScope scope, Operand<TFloat32> images) {
        of(scope).all.add(images.asOutput());
    }

    /** Whether an operand's pixels are taken as they are. */
    static boolean has(GraphScope scope, Operand<TFloat32> images) {
        return of(scope).all.contains(images.asOutput());
    }
}
