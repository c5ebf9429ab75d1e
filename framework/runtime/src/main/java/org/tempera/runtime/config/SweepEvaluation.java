package org.tempera.runtime.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;

/** Block {@code sweep.evaluate}: what {@code tempera evaluate} measures of each run that has trained. */
public record SweepEvaluation(
        @Doc("Sets of prompts by name, such as seen, held-out and nouns; a run's evaluation prompts if left out.")
                Map<String, Path> prompts,
        @Doc("Pictures of each prompt.") int pictures,
        @Doc("Seed of the first picture of each set.") long seed,
        @Doc("What is scored by; all of a run's rewards if left out.") List<String> rewards,
        @Doc("A CLIP's folder, by whose embeddings the pictures of a prompt are compared.") Optional<Path> embeddings,
        @Doc("Whether the KL divergence from the weights before training is measured.") boolean kl,
        @Doc("Which checkpoints: all, with the weights before training, best or last.") Checkpoints checkpoints,
        @Doc("Of all checkpoints only those of every so many epochs, with the weights before training and the last;"
                        + " 1 is each.")
                int every,
        @Doc(value = "Pictures at a time.", measures = false) int batchSize) {
    private static final Pattern SET = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

    /** Which checkpoints of a run are measured. */
    public enum Checkpoints {
        ALL,
        BEST,
        LAST
    }

    public SweepEvaluation {
        rewards = List.copyOf(rewards);
        for (String set : prompts.keySet()) {
            Require.that(SET.matcher(set).matches(), "prompts", "sets named such as held-out", set);
        }
        Require.that(pictures >= 1, "pictures", "at least 1", pictures);
        Require.that(
                embeddings.isEmpty() || pictures >= 2,
                "pictures",
                "2 or more where embeddings compares those of a prompt with each other",
                pictures);
        Require.that(every >= 1, "every", "at least 1", every);
        Require.that(every == 1 || checkpoints == Checkpoints.ALL, "every", "1 unless checkpoints is all", every);
        Require.that(batchSize >= 1, "batch-size", "at least 1", batchSize);
    }

    public static SweepEvaluation defaults() {
        return new SweepEvaluation(Map.of(), 4, 0, List.of(), Optional.empty(), true, Checkpoints.ALL, 1, 8);
    }
}
