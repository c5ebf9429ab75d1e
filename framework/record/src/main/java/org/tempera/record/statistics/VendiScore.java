package org.tempera.record.statistics;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * How many different things are among n: the exponential of the entropy of the eigenvalues of their similarities'
 * matrix, 1 where all are alike and n where none is like another (Friedman and Dieng, 2023, arXiv:2210.02410). Here the
 * similarity is the cosine of embeddings; the order is that of Rényi's entropy (Pasarkar and Dieng, 2024,
 * arXiv:2310.12952), 1 being Shannon's.
 */
public final class VendiScore {
    /** Eigenvalues, whose sum is 1, below this are rounding. */
    private static final double ROUNDING = 1e-12;

    private VendiScore() {}

    /**
     * The score, 1 to n: over the eigenvalues l above 0 of X Xᵀ / n, the rows of X being of unit length, exp(-sum l log
     * l) under order 1, and else (sum l^order)^(1 / (1 - order)).
     *
     * @param embeddings {@code [n, width]}
     * @param order 0 or more
     * @throws IllegalArgumentException if there are no embeddings, or one is all zeros or not finite
     */
    public static double of(double[][] embeddings, double order) {
        if (!(order >= 0)) {
            throw new IllegalArgumentException("order: expected 0 or more, found " + order);
        }
        double[] eigenvalues = Arrays.stream(eigenvalues(unit(embeddings)))
                .filter(l -> l > ROUNDING)
                .toArray();
        if (order == 1) {
            return Math.exp(
                    -Arrays.stream(eigenvalues).map(l -> l * Math.log(l)).sum());
        }
        if (Double.isInfinite(order)) {
            return 1 / Arrays.stream(eigenvalues).max().orElseThrow();
        }
        double sum = Arrays.stream(eigenvalues).map(l -> Math.pow(l, order)).sum();
        return Math.pow(sum, 1 / (1 - order));
    }

    /** The same of order 1. */
    public static double of(double[][] embeddings) {
        return of(embeddings, 1);
    }

    /** The same rows, each divided by its length. */
    private static double[][] unit(double[][] rows) {
        Checked.matrix("embeddings", rows);
        double[][] unit = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            double largest = Arrays.stream(rows[i]).map(Math::abs).max().orElseThrow();
            if (largest == 0) {
                throw new IllegalArgumentException("embeddings: row " + i + " is all zeros, which has no direction");
            }
            double length = largest
                    * Math.sqrt(Arrays.stream(rows[i])
                            .map(x -> x / largest * (x / largest))
                            .sum());
            unit[i] = Arrays.stream(rows[i]).map(x -> x / length).toArray();
        }
        return unit;
    }

    /** Eigenvalues of X Xᵀ / n, from XᵀX / n where that is the smaller: but for zeros they are the same. */
    private static double[] eigenvalues(double[][] unit) {
        int n = unit.length;
        Array2DRowRealMatrix x = new Array2DRowRealMatrix(unit, false);
        Array2DRowRealMatrix similarities =
                n <= unit[0].length ? x.multiply(transposed(x)) : transposed(x).multiply(x);
        return new EigenDecomposition(similarities.scalarMultiply(1.0 / n)).getRealEigenvalues();
    }

    private static Array2DRowRealMatrix transposed(Array2DRowRealMatrix x) {
        return new Array2DRowRealMatrix(x.transpose().getData(), false);
    }
}
