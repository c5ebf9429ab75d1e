package org.tempera.spi.policy;

import java.util.Optional;
import org.tempera.spi.graph.Follower;

/** Which weights a prediction uses. */
public enum Weights {
    /** The policy that is trained. */
    POLICY,
    /**
     * The reference policy: the weights before training, the same variables with the adapters off. A run may have it
     * move: the framework then asks networks for {@link #MOVING_REFERENCE} in its place.
     */
    REFERENCE,
    /**
     * The behaviour weights, which follow the policy: an average of it over time, or the policy of an earlier epoch.
     */
    BEHAVIOUR,
    /**
     * A reference policy that follows the policy, where a run has its reference move; algorithms ask for
     * {@link #REFERENCE}.
     */
    MOVING_REFERENCE;

    /** The copy of each trained parameter that a prediction under these weights reads; empty where it reads no copy. */
    public Optional<Follower> follower() {
        return switch (this) {
            case POLICY, REFERENCE -> Optional.empty();
            case BEHAVIOUR -> Optional.of(Follower.BEHAVIOUR);
            case MOVING_REFERENCE -> Optional.of(Follower.REFERENCE);
        };
    }
}
