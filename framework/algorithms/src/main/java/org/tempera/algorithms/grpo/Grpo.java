package org.tempera.algorithms.grpo;

import java.util.Set;
import org.tempera.algorithms.stats.GroupAdvantages;
import org.tempera.algorithms.stats.SamplesPerPrompt;
import org.tempera.algorithms.stepwise.StepwisePolicyGradient;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;

/**
 * GRPO: every step of a sample is weighed with the sample's reward relative to those of its prompt's other samples (Liu
 * et al. 2025, equations 5 and 6). Nothing is kept from one epoch to the next but what a penalty or a gate of the
 * divergence keeps.
 */
public final class Grpo extends StepwisePolicyGradient {
    private static final String BLOCK = "algorithm.grpo";

    private final Set<Need> needs;
    private final GroupAdvantages advantages;

    public Grpo(GrpoConfig config) {
        super(BLOCK, config.update(), config.objective(), config.regulariser());
        this.needs = config.advantages().needs();
        this.advantages = config.advantages().create();
    }

    @Override
    public Set<Need> needs() {
        return needs;
    }

    @Override
    public void check(EpochShape epoch) {
        super.check(epoch);
        SamplesPerPrompt.requireTwo(BLOCK, "compares the samples of a prompt with each other", epoch);
    }

    @Override
    protected double[] advantages(EpochColumns epoch, RewardTable rewards) {
        return advantages.of(epoch.prompts(), rewards);
    }
}
