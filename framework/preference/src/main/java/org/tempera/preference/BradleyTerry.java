package org.tempera.preference;

import java.util.List;

/**
 * The model {@code P(a chosen over b) = 1 / (1 + exp(-w . (a - b)))} of Bradley and Terry (1952), with strengths linear
 * in features: logistic regression on differences, without a constant.
 */
public final class BradleyTerry {
    private static final int MAX_STEPS = 100;
    private static final double TOLERANCE = 1e-9;

    private BradleyTerry() {}

    /**
     * The w that minimises {@code -sum log P(chosen) + ridge |w|^2 / 2}, by Newton's method with conjugate gradients. A
     * function of its arguments, to the bit.
     *
     * @param differences features of the first less those of the second picture, {@code [choice][feature]}
     * @param firstChosen 1, 0, or 0.5 for a tie, {@code [choice]}
     * @param ridge above 0, so that there is one minimum, and a finite one
     */
    public static double[] fit(List<double[]> differences, double[] firstChosen, double ridge) {
        if (ridge <= 0 || differences.isEmpty() || differences.size() != firstChosen.length) {
            throw new IllegalArgumentException("expected a ridge above 0 and as many differences as choices, at least"
                    + " one: " + ridge + ", " + differences.size() + ", " + firstChosen.length);
        }
        int n = differences.get(0).length;
        double[] w = new double[n];
        double loss = penalised(differences, firstChosen, ridge, w);
        for (int step = 0; step < MAX_STEPS; step++) {
            double[] slope = new double[n];
            double[] curvature = new double[firstChosen.length];
            for (int i = 0; i < curvature.length; i++) {
                double p = probability(dot(w, differences.get(i)));
                curvature[i] = p * (1 - p);
                add(slope, p - firstChosen[i], differences.get(i));
            }
            add(slope, ridge, w);
            double[] move = solve(differences, curvature, ridge, slope);
            double decrease = dot(slope, move);
            if (decrease <= TOLERANCE * (1 + Math.abs(loss))) {
                // The last step needs no check: here it squares the error.
                add(w, -1, move);
                return w;
            }
            // A step that overshoots is halved (Armijo); for logistic losses it rarely is.
            double size = 1;
            double[] next = w;
            double nextLoss = loss;
            for (int half = 0; half < 40; half++, size /= 2) {
                next = w.clone();
                add(next, -size, move);
                nextLoss = penalised(differences, firstChosen, ridge, next);
                if (nextLoss <= loss - 1e-4 * size * decrease) {
                    break;
                }
            }
            if (!(nextLoss < loss)) {
                return w;
            }
            w = next;
            loss = nextLoss;
        }
        return w;
    }

    /** The probability that the first is chosen where its score is higher by that much. */
    public static double probability(double scoreDifference) {
        return 1 / (1 + Math.exp(-scoreDifference));
    }

    /** {@code -log} of the likelihood of a choice, in nats. */
    static double loss(double scoreDifference, double firstChosen) {
        // log(1 + exp(s)) - y s without overflow.
        double softplus = Math.max(scoreDifference, 0) + Math.log1p(Math.exp(-Math.abs(scoreDifference)));
        return softplus - firstChosen * scoreDifference;
    }

    /** Inner product. */
    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    private static double penalised(List<double[]> differences, double[] firstChosen, double ridge, double[] w) {
        double sum = ridge / 2 * dot(w, w);
        for (int i = 0; i < firstChosen.length; i++) {
            sum += loss(dot(w, differences.get(i)), firstChosen[i]);
        }
        return sum;
    }

    /** Solves {@code (D' diag(curvature) D + ridge) x = right}, never forming the matrix. */
    private static double[] solve(List<double[]> differences, double[] curvature, double ridge, double[] right) {
        int n = right.length;
        double[] x = new double[n];
        double[] residual = right.clone();
        double[] direction = right.clone();
        double square = dot(residual, residual);
        double enough = 1e-20 * square;
        for (int step = 0; step < 4 * n && square > enough; step++) {
            double[] product = new double[n];
            add(product, ridge, direction);
            for (int i = 0; i < curvature.length; i++) {
                double[] d = differences.get(i);
                add(product, curvature[i] * dot(d, direction), d);
            }
            double length = square / dot(direction, product);
            add(x, length, direction);
            add(residual, -length, product);
            double before = square;
            square = dot(residual, residual);
            double[] next = residual.clone();
            add(next, square / before, direction);
            direction = next;
        }
        return x;
    }

    private static void add(double[] sum, double factor, double[] x) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += factor * x[k];
        }
    }
}
