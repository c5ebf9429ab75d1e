package org.tempera.algorithms.dpo;

import org.tempera.algorithms.stats.PairsConfig;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/** Block {@code algorithm.diffusion-dpo}. */
public record DiffusionDpoConfig(
        @Inline UpdateConfig update,
        @Doc(
                        "How closely the policy keeps to the reference: the larger, the closer. Errors are means over the latent, and"
                                + " the margin has a half, as in the paper's experiments.")
                double beta,
        @Doc(
                        "Where pairs come from. choices: people's, from the file sampling.choices; online: the policy's own samples,"
                                + " ranked by the training reward.")
                Source pairs,
        @Inline @ReadWhere(key = "pairs", is = "online") PairsConfig ranking) {
    /** Where pairs come from. */
    public enum Source {
        /** A file of choices; nothing is drawn to learn from. */
        CHOICES,
        /** What the policy draws, ranked by a reward. */
        ONLINE
    }

    public DiffusionDpoConfig {
        Require.that(beta > 0, "beta", "greater than 0", beta);
    }

    /** The published beta, on choices; 4 pairs in a micro-batch. */
    public static DiffusionDpoConfig defaults() {
        return of(new UpdateConfig(8, 2, 1), 5000, Source.CHOICES);
    }

    /** Of ranked pairs the best and the worst sample of each prompt. */
    public static DiffusionDpoConfig of(UpdateConfig update, double beta, Source pairs) {
        return new DiffusionDpoConfig(update, beta, pairs, PairsConfig.defaults());
    }

    boolean online() {
        return pairs == Source.ONLINE;
    }
}
