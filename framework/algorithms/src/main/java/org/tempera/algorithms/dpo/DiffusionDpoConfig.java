package org.tempera.algorithms.dpo;

import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.spi.Doc;
import org.tempera.spi.Inline;
import org.tempera.spi.Require;

/** Block {@code algorithm.diffusion-dpo}. */
public record DiffusionDpoConfig(
        @Inline UpdateConfig update,
        @Doc(
                        "How closely the policy keeps to the reference: the larger, the closer. Errors are means over the latent, and"
                                + " the margin has a half, as in the paper's experiments.")
                double beta) {
    public DiffusionDpoConfig {
        Require.that(beta > 0, "beta", "greater than 0", beta);
    }

    /** The published beta; 4 pairs in a micro-batch. */
    public static DiffusionDpoConfig defaults() {
        return new DiffusionDpoConfig(new UpdateConfig(8, 2, 1), 5000);
    }
}
