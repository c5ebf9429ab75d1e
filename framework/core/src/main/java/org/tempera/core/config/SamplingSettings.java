package org.tempera.core.config;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;
import org.tempera.spi.policy.Guidance;

/** Block {@code sampling}: how a rollout is drawn. */
public record SamplingSettings(
        @Doc(
                        value =
                                "Text file with one prompt a line, UTF-8; empty lines and lines that start with # are left"
                                        + " out. Of JSON, JSON Lines, CSV and TSV the key or column prompt is read.",
                        measures = false)
                Path prompts,
        @Doc(
                        value =
                                "File of choices between two pictures, for algorithms that learn from pairs; their prompts then take"
                                        + " the place of prompts. Lines such as {\"prompt\": \"a cat\", \"a\": \"1.png\", \"b\": \"2.png\","
                                        + " \"choice\": \"a\"}.",
                        measures = false)
                Optional<Path> choices,
        @Doc(value = "Images sampled at a time.", measures = false) int batchSize,
        @Doc(value = "Batches sampled in an epoch.", measures = false) int batchesPerEpoch,
        @Doc(
                        value = "Images drawn for each prompt picked; it divides batch-size * batches-per-epoch.",
                        measures = false)
                int samplesPerPrompt,
        @Doc("Denoising steps of an image.") int steps,
        @Doc("Stochasticity of the steps: of DDIM 1 is as noisy as DDPM. 0 has no log-probabilities: algorithms"
                        + " that learn from these, as ddpo and tdpo do, need more.")
                double eta,
        @Doc("Guidance scale; where guidance is classifier-free, 1 or less is off.") double guidanceScale,
        // Read elsewhere, too: whoever draws from the run's checkpoints may give another guidance.
        @Doc("The prompt to steer away from, where guidance-scale is above 1.") String negativePrompt,
        @Doc(
                        value =
                                "Which of the steps add noise; at the others eta is 0, and nothing is learnt from them.",
                        // It measures, but rulers have it only where it is given (RunRuler adds it): those of runs from
                        // before there was the key stay comparable.
                        measures = false)
                StochasticSteps stochasticSteps,
        @ReadWhere(key = "samples-per-prompt", above = 1)
                @Doc(
                        value =
                                "What an epoch's images begin from: own: each from noise of its own; shared: those of a prompt picked"
                                        + " from the same, so that they differ by the noise of their steps alone (DanceGRPO).",
                        measures = false)
                InitialNoise initialNoise) {
    public SamplingSettings {
        Counts.require(batchSize, 1, "batch-size");
        Counts.require(batchesPerEpoch, 1, "batches-per-epoch");
        Counts.requireProduct(batchSize, "batch-size", batchesPerEpoch, "batches-per-epoch", "samples of an epoch");
        Require.that(
                samplesPerPrompt >= 1 && (batchSize * batchesPerEpoch) % samplesPerPrompt == 0,
                "samples-per-prompt",
                "at least 1 and divide batch-size * batches-per-epoch = " + batchSize * batchesPerEpoch,
                samplesPerPrompt);
        Counts.require(steps, 1, "steps");
        Require.that(eta >= 0 && eta <= 1, "eta", "at least 0 and at most 1", eta);
        Require.that(guidanceScale >= 0, "guidance-scale", "0 or more", guidanceScale);
        Require.that(
                stochasticSteps.fit(steps),
                "stochastic-steps",
                "so few that they lie among the " + steps + " steps",
                stochasticSteps);
        Require.that(
                eta > 0 || stochasticSteps.areAll(steps),
                "stochastic-steps",
                "left out where eta is 0, which adds noise to no step",
                stochasticSteps);
        Require.that(
                eta > 0 || samplesPerPrompt == 1 || initialNoise == InitialNoise.OWN,
                "initial-noise",
                "own where eta is 0: the images of a prompt would be the same",
                "shared");
    }

    /** Without a file of choices; every step is stochastic, and each image begins from noise of its own. */
    public SamplingSettings(
            Path prompts,
            int batchSize,
            int batchesPerEpoch,
            int samplesPerPrompt,
            int steps,
            double eta,
            double guidanceScale,
            String negativePrompt) {
        this(
                prompts,
                Optional.empty(),
                batchSize,
                batchesPerEpoch,
                samplesPerPrompt,
                steps,
                eta,
                guidanceScale,
                negativePrompt,
                StochasticSteps.all(),
                InitialNoise.OWN);
    }

    /** The same where other steps are stochastic. */
    public SamplingSettings withStochasticSteps(StochasticSteps others) {
        return new SamplingSettings(
                prompts,
                choices,
                batchSize,
                batchesPerEpoch,
                samplesPerPrompt,
                steps,
                eta,
                guidanceScale,
                negativePrompt,
                others,
                initialNoise);
    }

    /** Images that follow one another and begin from the same noise. */
    public int samplesPerNoise() {
        return initialNoise == InitialNoise.SHARED ? samplesPerPrompt : 1;
    }

    /** Images sampled in an epoch, or pictures of the choices that are learnt from. */
    public int samplesPerEpoch() {
        return batchSize * batchesPerEpoch;
    }

    /**
     * The same pictures with every key at the value that takes effect: where the network does not run on the negative
     * prompt none does, and a scale does only where it is an input.
     *
     * @param guidance how the policy's network is steered
     */
    public SamplingSettings resolved(Guidance guidance) {
        return guidance.runsTwice(guidanceScale)
                ? this
                : new SamplingSettings(
                        prompts,
                        choices,
                        batchSize,
                        batchesPerEpoch,
                        samplesPerPrompt,
                        steps,
                        eta,
                        guidance == Guidance.EMBEDDED ? guidanceScale : Guidance.OFF,
                        "",
                        stochasticSteps,
                        initialNoise);
    }

    public static SamplingSettings defaults() {
        return new SamplingSettings(Path.of("prompts.txt"), 8, 4, 1, 50, 1.0, 5.0, "");
    }
}
