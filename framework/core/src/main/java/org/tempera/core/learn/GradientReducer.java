package org.tempera.core.learn;

import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The door between the gradients that this process has summed and the optimiser: what becomes of them before their mean
 * is taken, measured and clipped. Several workers add theirs here; one process leaves them as they are.
 */
public interface GradientReducer {
    /**
     * The sum of all workers' gradients.
     *
     * @param group index of a group of parameters, the same on all workers
     * @param gradients of this process, end to end, {@code [size]}
     */
    Operand<TFloat32> sum(GraphScope scope, int group, Operand<TFloat32> gradients);

    /** How many workers' gradients a sum has, each of as many micro-batches. */
    int workers();

    /** That of one process. */
    static GradientReducer alone() {
        return new GradientReducer() {
            @Override
            public Operand<TFloat32> sum(GraphScope scope, int group, Operand<TFloat32> gradients) {
                return gradients;
            }

            @Override
            public int workers() {
                return 1;
            }
        };
    }
}
