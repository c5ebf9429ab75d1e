package org.tempera.spi.critic;

import java.util.Map;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;

/** Estimates the return of a denoising state: host side, before anything is in the graph. */
public interface Critic {
    /**
     * Declares the critic's parameters and the encoder it reads, which is shared with rewards where the weights are
     * equal.
     */
    CriticNetwork build(GraphScope scope, PolicyShape shape, PolicyNetwork policy);

    /** Where the weights that it reads came from: file to SHA-256, for the run's provenance; empty if it reads none. */
    default Map<String, String> provenance() {
        return Map.of();
    }
}
