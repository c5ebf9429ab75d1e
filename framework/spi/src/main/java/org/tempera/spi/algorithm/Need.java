package org.tempera.spi.algorithm;

/** What an algorithm needs from the rest of a run; checked against the config before anything is built. */
public enum Need {
    /** A critic, with its features and its values at every step. */
    CRITIC,
    /** Rewards with a gradient: every reward that is trained on must have one. */
    REWARD_GRADIENT,
    /**
     * Rewards with the role {@code constraint}, which it keeps above a bound; others refuse runs that have such
     * rewards.
     */
    CONSTRAINTS,
    /**
     * Each reward that is trained on by itself and as it was scored ({@link RewardTable#trained}), and not what they
     * are combined to; runs that have them standardised, or combined by another rule than their weighted sum, are
     * refused.
     */
    SEPARATE_REWARDS,
    /** The behaviour weights ({@link org.tempera.spi.policy.Weights#BEHAVIOUR}), which its loss or its columns read. */
    BEHAVIOUR_WEIGHTS,
    /**
     * Pairs of pictures of which people chose one, read from a file of choices in place of samples that the policy
     * draws. The rollout then has no steps ({@link Rollout}), and nothing that steps lead to: no columns, no critic, no
     * reward but who was chosen.
     */
    PAIRS,
    /** The rank units of the policy's adapters after an epoch ({@link EpochEnd#adapterNeurons}). */
    ADAPTER_NEURONS
}
