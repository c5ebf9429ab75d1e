package org.tempera.algorithms.kl;

import org.tempera.base.text.Words;

/**
 * What a step costs for departing from the reference policy, from the log-probabilities of the step that was taken.
 *
 * <p>With d = log p - log q in nats, p the policy and q the reference. In expectation over the policy's steps only
 * {@link #KL} is the divergence itself; the others trade bias for a sign or a lower variance.
 */
public enum KlPenalty {
    /** d: unbiased for KL(p | q), of either sign. */
    KL {
        @Override
        double ofLogRatio(double d) {
            return d;
        }
    },
    /** |d|. */
    ABS {
        @Override
        double ofLogRatio(double d) {
            return Math.abs(d);
        }
    },
    /** d² / 2, the estimator k2 of Schulman (2020). */
    SQUARE {
        @Override
        double ofLogRatio(double d) {
            return 0.5 * d * d;
        }
    },
    /** max(d, 0): costs only steps that the policy has made likelier; the published code's default. */
    CLIP {
        @Override
        double ofLogRatio(double d) {
            return Math.max(d, 0);
        }
    },
    /**
     * e^d - 1 - d, never negative. An unbiased estimator from the policy's own steps would be e^-d - 1 + d; this one is
     * kept as published.
     */
    APPROX {
        @Override
        double ofLogRatio(double d) {
            return Math.expm1(d) - d;
        }
    },
    /**
     * (max(log p - log m, 0) + max(log q - log m, 0)) / 2 with m = (p + q) / 2: the integrand of the Jensen-Shannon
     * divergence with its negative parts removed, both taken at the policy's step. It depends on d alone, so it is
     * computed without exponentiating a log-probability: log p - log m = log 2 - log(1 + e^-d).
     */
    JS {
        @Override
        double ofLogRatio(double d) {
            double ofPolicy = Math.log(2) - softplus(-d);
            double ofReference = Math.log(2) - softplus(d);
            return 0.5 * (Math.max(ofPolicy, 0) + Math.max(ofReference, 0));
        }
    };

    abstract double ofLogRatio(double d);

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** The penalty of one step, in nats (of the same per-dimension or summed kind as its arguments). */
    public double of(double logProb, double referenceLogProb) {
        return ofLogRatio(logProb - referenceLogProb);
    }

    /** The penalty of that name; any other name is an error, where the published code quietly takes "kl". */
    public static KlPenalty parse(String key) {
        return Words.parse(KlPenalty.class, "KL penalty", key);
    }
}
