package org.tempera.algorithms.loss;

/** What holds single steps back in a policy gradient. */
public enum SurrogateKind {
    /** The ratio of probabilities is clipped ({@link ClippedSurrogateLoss}). */
    CLIPPED,
    /** The ratio is re-centred and scaled, then clipped ({@link GuardedSurrogateLoss}). */
    GUARD,
    /** Steps beyond a divergence are masked ({@link TrustRegionLoss}). */
    TRUST_REGION
}
