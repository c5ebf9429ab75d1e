package org.tempera.spi.reward;

import java.util.Map;
import java.util.Optional;

/** Scores images, higher is better: built into the shared graph, or computed from pixels on the host. */
public sealed interface Reward permits GraphReward, HostReward {
    /** Where its weights came from: file to SHA-256; empty if it has none. */
    default Map<String, String> provenance() {
        return Map.of();
    }

    /** How it prepares an image before scoring it, in words, for a run's provenance; empty if it does not. */
    default Optional<String> preprocessing() {
        return Optional.empty();
    }
}
