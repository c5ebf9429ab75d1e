package org.tempera.algorithms.loss;

import org.tempera.base.text.Words;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Whether a step's log-probability is the picture's or one of its latent's numbers'. */
public enum LogProbKind {
    /** Summed over the latent: nats per picture, the density of the step. */
    SUM,
    /** Averaged over the latent: the published code. Ratios, divergences and clip ranges are then per number. */
    MEAN;

    /** What a sum over the latent is divided by. */
    public double divisor(int latentSize) {
        return this == SUM ? 1 : latentSize;
    }

    /** A sum over the latent in this kind. */
    public Operand<TFloat32> of(Ops tf, Operand<TFloat32> sum, int latentSize) {
        return this == SUM ? sum : tf.math.div(sum, tf.constant((float) latentSize));
    }

    /** The kind of that name in configs and oracle files. */
    public static LogProbKind parse(String name) {
        return Words.parse(LogProbKind.class, "kind of log-probability", name);
    }
}
