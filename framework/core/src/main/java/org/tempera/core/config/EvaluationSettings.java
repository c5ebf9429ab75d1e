package org.tempera.core.config;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.Require;

/** Block {@code evaluation}: pictures of fixed prompts from fixed noise, scored by every reward and by gold. */
public record EvaluationSettings(
        @Doc(
                        value =
                                "Evaluate after every so many epochs, besides before the first and after the last; 0 is never.",
                        measures = false)
                int every,
        @Doc(value = "Prompts to evaluate on; the training prompts if left out.", measures = false)
                Optional<Path> prompts,
        @Doc("Pictures of each evaluation in all; prompts repeat with other noise until there are as many.")
                int samples,
        @Doc("Decides the fixed noise; independent of the run's seed, so that runs can be compared in pairs.")
                long seed,
        @Doc(value = "Pictures in the grid image of an evaluation.", measures = false) int gridSamples,
        @Doc(
                        value =
                                "How much each held-out reward counts in the held-out score. independence: 0 where it reads the same weights"
                                        + " as the training reward or shares its data, else 1 less their correlation.",
                        // It measures, but rulers have it only where it is used (RunRuler adds it).
                        measures = false)
                HeldOutWeights heldOutWeights,
        @Inline DetectorSettings detectors,
        @Doc(
                        value =
                                "Measure six statistics of each picture, such as its saturation, that may betray over-optimisation"
                                        + " and need no model.",
                        measures = false)
                boolean imageStatistics,
        @Doc(
                        value = "How steep the training reward is at the pictures, which may betray over-optimisation.",
                        measures = false)
                SteepnessSettings steepness) {
    public EvaluationSettings {
        Require.that(every >= 0, "every", "0 (never) or more", every);
        Counts.require(samples, 2, "samples");
        Require.that(gridSamples >= 1, "grid-samples", "at least 1", gridSamples);
    }

    /** What speaks of over-optimisation is told, and the run goes on. */
    public EvaluationSettings(int every, Optional<Path> prompts, int samples, long seed, int gridSamples) {
        this(
                every,
                prompts,
                samples,
                seed,
                gridSamples,
                HeldOutWeights.EQUAL,
                DetectorSettings.defaults(),
                true,
                SteepnessSettings.none());
    }

    /** The same with what is done where an evaluation speaks of over-optimisation. */
    public EvaluationSettings with(DetectorSettings others) {
        return new EvaluationSettings(
                every, prompts, samples, seed, gridSamples, heldOutWeights, others, imageStatistics, steepness);
    }

    /** The same with what is measured besides scores. */
    public EvaluationSettings measuring(boolean statistics, SteepnessSettings ofTheReward) {
        return new EvaluationSettings(
                every, prompts, samples, seed, gridSamples, heldOutWeights, detectors, statistics, ofTheReward);
    }

    /** The same with other weights of the held-out rewards. */
    public EvaluationSettings weighing(HeldOutWeights weights) {
        return new EvaluationSettings(
                every, prompts, samples, seed, gridSamples, weights, detectors, imageStatistics, steepness);
    }

    public static EvaluationSettings defaults() {
        return new EvaluationSettings(10, Optional.empty(), 64, 1_000_003, 32);
    }
}
