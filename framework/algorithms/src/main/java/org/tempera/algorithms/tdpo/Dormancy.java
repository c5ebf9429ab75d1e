package org.tempera.algorithms.tdpo;

import java.util.function.DoubleUnaryOperator;

/**
 * How much a hidden neuron counts: the mean over a batch of a magnitude of its output, relative to its layer's mean
 * magnitude. A neuron is dormant where this score is at or below a threshold.
 */
public enum Dormancy {
    /**
     * The published code: |relu(output)|, whatever follows the neuron. In its critic nothing does, so a neuron counts
     * as dormant if it is never positive, although a negative output contributes just as much. Threshold 0 there.
     */
    REFERENCE,
    /**
     * |activation|, the output after the layer's own nonlinearity: what the next layer is given. This is the score of
     * ReDo (Sokar et al., "The Dormant Neuron Phenomenon in Deep Reinforcement Learning", 2023), meant for a threshold
     * such as 0.1.
     */
    CONTRIBUTION;

    private static final double EPSILON = 1e-9;

    /**
     * Scores of one layer's neurons; their mean is 1 unless every magnitude is zero.
     *
     * @param outputs before the nonlinearity, {@code [row][width]}, finite
     * @param nonlinearity what follows the layer, the identity for an affine network; {@link #REFERENCE} ignores it
     * @return {@code [width]}
     */
    public double[] scores(float[][] outputs, DoubleUnaryOperator nonlinearity) {
        if (outputs.length == 0 || outputs[0].length == 0) {
            throw new IllegalArgumentException("activations must not be empty");
        }
        int width = outputs[0].length;
        double[] scores = new double[width];
        for (float[] row : outputs) {
            if (row.length != width) {
                throw new IllegalArgumentException(
                        "activations must have equally wide rows, found " + width + " and " + row.length);
            }
            for (int j = 0; j < width; j++) {
                if (!Float.isFinite(row[j])) {
                    throw new IllegalArgumentException(
                            "activations must be finite, found " + row[j] + " in neuron " + j);
                }
                scores[j] += this == REFERENCE ? Math.max(row[j], 0) : Math.abs(nonlinearity.applyAsDouble(row[j]));
            }
        }
        double mean = 0;
        for (int j = 0; j < width; j++) {
            scores[j] /= outputs.length;
            mean += scores[j] / width;
        }
        for (int j = 0; j < width; j++) {
            scores[j] /= mean + EPSILON;
        }
        return scores;
    }
}
