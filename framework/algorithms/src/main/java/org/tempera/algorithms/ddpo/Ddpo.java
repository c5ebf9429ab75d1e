package org.tempera.algorithms.ddpo;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.algorithms.stepwise.StepwisePolicyGradient;
import org.tempera.spi.PlainFields;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.RewardTable;

/** DDPO: every step of a sample is weighted with the sample's normalised reward (Black et al. 2023, section 4.3). */
public final class Ddpo extends StepwisePolicyGradient {
    private static final String NORMALISATION = "normalisation";

    private final RewardNormalisation normalisation;
    private final double clip;

    public Ddpo(DdpoConfig config) {
        super("algorithm.ddpo", config.update(), config.objective(), config.regulariser());
        this.normalisation = config.rewardNormalisation().create();
        this.clip = config.rewardNormalisation().clip();
    }

    @Override
    protected double[] advantages(EpochColumns epoch, RewardTable rewards) {
        return DdpoAdvantages.compute(
                normalisation, epoch.prompts(), Axes.widen(rewards.training()), rewards.skipped(), clip);
    }

    @Override
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>(super.state());
        state.put(NORMALISATION, normalisation.state());
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        normalisation.restore(PlainFields.of(state).map(NORMALISATION));
        super.restore(state);
    }
}
