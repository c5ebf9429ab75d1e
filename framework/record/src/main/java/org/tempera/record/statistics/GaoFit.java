package org.tempera.record.statistics;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularMatrixException;
import org.tempera.base.text.Words;

/**
 * The curve that gold follows while a proxy is optimised (Gao et al., 2023, arXiv:2210.10760, section 3): of d, the
 * root of the KL divergence from the base in nats, the gold score above the base's.
 *
 * @param form of the curve
 * @param alpha how fast it rises at first
 * @param beta how fast it turns; at or below 0 it does not
 */
public record GaoFit(Form form, double alpha, double beta) {
    /** What equal distances leave of the second column beside the first, whose largest numbers are 1. */
    private static final double ROUNDING = 1e-13;

    /** How the proxy is optimised, which decides the curve's form. */
    public enum Form {
        /** By reinforcement learning: d (alpha - beta log d), with the natural logarithm. */
        RL {
            @Override
            double turning(double d) {
                return -d * Math.log(d);
            }
        },

        /** By taking the best of n samples: d (alpha - beta d). */
        BEST_OF_N {
            @Override
            double turning(double d) {
                return -d * d;
            }
        };

        /** What beta is multiplied with at a distance above 0. */
        abstract double turning(double d);

        /**
         * The form with a name.
         *
         * @throws IllegalArgumentException with the names that there are, if it is none
         */
        public static Form parse(String name) {
            return Words.parse(Form.class, "form", name);
        }

        @Override
        public String toString() {
            return Words.of(this);
        }
    }

    /**
     * The highest point of a curve.
     *
     * @param distance d at the peak
     * @param value the curve there
     */
    public record Peak(double distance, double value) {}

    /**
     * The least-squares fit, every point weighing the same; points at d = 0, through which each curve goes, are left
     * out.
     *
     * @param d distances, 0 or more
     * @param r gold scores above the base's, one for each distance
     * @throws IllegalArgumentException if the numbers are not as many, one is not finite or a distance is below 0, or
     *     fewer than two distances above 0 differ
     */
    public static GaoFit of(double[] d, double[] r, Form form) {
        Checked.finite("d", d, 0);
        Checked.finite("r", r, 0);
        Checked.alike("d", d, "r", r);
        double[][] terms = new double[d.length][];
        double[] values = new double[d.length];
        int points = 0;
        for (int i = 0; i < d.length; i++) {
            if (d[i] < 0) {
                throw new IllegalArgumentException("d: expected 0 or more, found " + d[i]);
            }
            if (d[i] > 0) {
                terms[points] = new double[] {d[i], form.turning(d[i])};
                values[points++] = r[i];
            }
        }
        if (points < 2) {
            throw new IllegalArgumentException("d: expected two or more distances above 0, found " + points);
        }
        return solved(Arrays.copyOf(terms, points), Arrays.copyOf(values, points), form);
    }

    private static GaoFit solved(double[][] terms, double[] values, Form form) {
        double[] scale = new double[2];
        for (double[] row : terms) {
            for (int k = 0; k < 2; k++) {
                scale[k] = Math.max(scale[k], Math.abs(row[k]));
            }
        }
        try {
            if (scale[1] == 0) {
                throw new SingularMatrixException();
            }
            for (double[] row : terms) {
                row[0] /= scale[0];
                row[1] /= scale[1];
            }
            RealVector fit = new QRDecomposition(new Array2DRowRealMatrix(terms, false), ROUNDING)
                    .getSolver()
                    .solve(new ArrayRealVector(values, false));
            return new GaoFit(form, fit.getEntry(0) / scale[0], fit.getEntry(1) / scale[1]);
        } catch (SingularMatrixException e) {
            throw new IllegalArgumentException("d: expected two or more distances that differ, found one", e);
        }
    }

    /** The curve at a distance; 0 at 0. */
    public double at(double d) {
        return d == 0 ? 0 : d * alpha + form.turning(d) * beta;
    }

    /** Where the curve turns; none where beta is not above 0, or the place beyond all numbers. */
    public Optional<Peak> peak() {
        if (!(beta > 0)) {
            return Optional.empty();
        }
        double distance =
                switch (form) {
                    case RL -> Math.exp(alpha / beta - 1);
                    case BEST_OF_N -> alpha / (2 * beta);
                };
        return Double.isFinite(distance) ? Optional.of(new Peak(distance, at(distance))) : Optional.empty();
    }
}
