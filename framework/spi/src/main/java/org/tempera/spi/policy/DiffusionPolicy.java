package org.tempera.spi.policy;

import java.util.Map;
import java.util.Optional;
import org.tempera.spi.graph.GraphScope;

/** A text-to-image diffusion model, opened from its files: host side, before anything is in the graph. */
public interface DiffusionPolicy extends AutoCloseable {
    /** Sizes of latents, images and text. */
    PolicyShape shape();

    /** Token ids of one prompt, padded and cut to {@link PolicyShape#textLength}. */
    int[] tokenize(String prompt);

    /**
     * The prompt's own text, as it was written, from what {@link #tokenize} cuts on where it is too long, for a message to the
     * user; empty if nothing is cut, or if that is not known.
     */
    default Optional<String> leftOut(String prompt) {
        return Optional.empty();
    }

    /** The process that turns noise into latents, and its log-probabilities. */
    NoiseProcess noiseProcess();

    /** Declares the parameters in the shared graph; called once per graph. */
    PolicyNetwork build(GraphScope scope);

    /** How many numbers all networks hold together, for the memory estimate before building. */
    long parameterCount();

    /** Where the weights came from: file to SHA-256, for the run's provenance. */
    Map<String, String> provenance();

    @Override
    void close();
}
