package org.tempera.algorithms.ddpo;

import java.util.List;
import org.tempera.algorithms.stats.RewardNormalisation;

/** Advantages of DDPO: a sample's normalised reward, the same at each of its timesteps. */
public final class DdpoAdvantages {
    private DdpoAdvantages() {}

    /**
     * Normalises an epoch's rewards and clips them.
     *
     * @param normalisation per prompt or over the epoch; takes the rewards in
     * @param prompts {@code [sample]}
     * @param rewards raw, {@code [sample]}
     * @param skipped samples whose rewards enter no statistic, {@code [sample]}
     * @param clipMax largest magnitude (5 in the published code); 0 for no limit
     * @return {@code [sample]}
     */
    public static double[] compute(
            RewardNormalisation normalisation,
            List<String> prompts,
            double[] rewards,
            boolean[] skipped,
            double clipMax) {
        return RewardNormalisation.clip(normalisation.update(prompts, rewards, skipped), clipMax);
    }
}
