package org.tempera.nn.layers;

import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What a gradient computes once more, from less, instead of keeping it from the pass. A pass over memory or two are
 * soon done; of a full-size denoiser results that cost no more would hold gigabytes until their gradient.
 */
final class ComputedAgain {
    /** Numbers of a tensor (4 MiB) from which on it is worth it: small ones cost the call of an operation. */
    static final long LARGE = 1L << 20;

    private ComputedAgain() {}

    /** Whether a result of the size of {@code x}, which is static, is not to be kept. Not while gradients are added. */
    static boolean pays(Operand<TFloat32> x) {
        return x.shape().size() >= LARGE;
    }

    /**
     * The same values, none of which is there before all are: with a gradient among them, what is computed from the
     * others waits for it, where TensorFlow would begin at once. (Its control dependencies crash in TensorFlow Java 1.1
     * while gradients are added.)
     */
    static GraphOperation together(Ops tf, List<? extends Operand<?>> values) {
        return (GraphOperation) tf.identityN(List.copyOf(values)).op();
    }
}
