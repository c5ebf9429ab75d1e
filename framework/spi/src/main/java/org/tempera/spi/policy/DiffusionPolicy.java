package org.tempera.spi.policy;

import java.util.Map;
import java.util.Optional;
import org.tempera.spi.graph.GraphScope;

/** A text-to-image diffusion model, opened from its files: host side, before anything is in the graph. */
public interface DiffusionPolicy extends AutoCloseable {
    /** Sizes of latents and images. */
    PolicyShape shape();

    /** What turns prompts into the conditioning of {@link PolicyNetwork#predict}. */
    TextEncoder text();

    /** How the network is steered toward a prompt. */
    default Guidance guidance() {
        return Guidance.CLASSIFIER_FREE;
    }

    /**
     * How pictures are drawn with it where nothing is said of that; configurations of runs have defaults of their own.
     */
    default Drawing drawing() {
        return Drawing.of(guidance());
    }

    /** How few steps it was distilled for, and how a run should draw them; empty where it wants many. */
    default Optional<Drawing> fewSteps() {
        return Optional.empty();
    }

    /** The process that turns noise into latents, and its log-probabilities. */
    NoiseProcess noiseProcess();

    /** Declares the parameters of all but the text encoders in the shared graph; called once per graph. */
    PolicyNetwork build(GraphScope scope);

    /**
     * How many numbers the networks that {@link #build} declares hold together, for the memory estimate before
     * building.
     */
    long parameterCount();

    /** Where the weights came from: file to SHA-256, for the run's provenance. */
    Map<String, String> provenance();

    @Override
    void close();
}
