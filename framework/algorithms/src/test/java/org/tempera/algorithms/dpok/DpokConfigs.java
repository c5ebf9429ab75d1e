package org.tempera.algorithms.dpok;

import java.util.Optional;
import org.tempera.algorithms.dpok.DpokConfig.Baseline;
import org.tempera.algorithms.dpok.DpokConfig.Divergence;
import org.tempera.algorithms.dpok.DpokConfig.Ratio;
import org.tempera.algorithms.loss.LogProbKind;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.loss.SurrogateConfig;
import org.tempera.algorithms.stats.NormalisationConfig;
import org.tempera.algorithms.stats.UpdateConfig;

/** Configs of tests. */
public final class DpokConfigs {
    private DpokConfigs() {}

    /** The release's choices: its ratio, its term for the divergence, a value, and samples kept. */
    public static DpokConfig release(int keptSamples) {
        return of(Ratio.CLAMPED, Divergence.PREDICTION, 0.1, Baseline.VALUE, 1, false, keptSamples);
    }

    static DpokConfig of(
            Ratio ratio,
            Divergence divergence,
            double klLoss,
            Baseline baseline,
            double lambda,
            boolean rewardFilter,
            int keptSamples) {
        return new DpokConfig(
                new UpdateConfig(8, 1, 1),
                SurrogateConfig.of(Optional.of(LogProbKind.SUM)),
                ratio,
                new RegulariserConfig(klLoss),
                divergence,
                baseline,
                lambda,
                NormalisationConfig.defaults(5),
                rewardFilter,
                keptSamples);
    }
}
