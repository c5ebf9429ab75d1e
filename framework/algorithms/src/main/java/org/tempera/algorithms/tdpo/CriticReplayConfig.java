package org.tempera.algorithms.tdpo;

import java.util.Optional;
import org.tempera.algorithms.Preset;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/**
 * Block {@code critic-replay} of TDPO: what the critic learns from besides the updates that it shares with the policy.
 */
public record CriticReplayConfig(
        @Doc("How many of the latest samples, this epoch's and earlier ones, the critic is fitted to again after each"
                        + " epoch and its resets; 0 is none. Left out: 512, 0 in preset reference.")
                Optional<Integer> samples,
        @ReadWhere(key = "samples", above = 0) @Doc("Times that it passes over them.") int passes) {
    /** Samples kept where none are said: as many as a critic of this size needs to learn again after a reset. */
    private static final int SAMPLES = 512;

    public CriticReplayConfig {
        samples.ifPresent(n -> Require.that(n >= 0, "samples", "0 (none) or more", n));
        Require.that(passes >= 1, "passes", "at least 1", passes);
    }

    /** One pass over as many samples as the preset says. */
    public static CriticReplayConfig defaults() {
        return new CriticReplayConfig(Optional.empty(), 1);
    }

    int samples(Preset preset) {
        return samples.orElse(preset == Preset.REFERENCE ? 0 : SAMPLES);
    }
}
