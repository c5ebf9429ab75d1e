package org.tempera.algorithms.grpo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.algorithms.kl.Regulariser;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.GroupAdvantages;
import org.tempera.algorithms.stats.SamplesPerPrompt;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;

/**
 * GRPO: every step of a sample is weighed with the sample's reward relative to those of its prompt's other samples (Liu
 * et al. 2025, equations 5 and 6). Nothing is kept from one epoch to the next but
 * what a penalty or a gate of the divergence keeps.
 */
public final class Grpo implements Algorithm {
    private final GrpoConfig config;
    private final PolicyObjective objective;
    private final GroupAdvantages advantages;
    private final Regulariser regulariser;

    public Grpo(GrpoConfig config) {
        this.config = config;
        this.objective = config.objective();
        this.advantages = config.advantages().create();
        this.regulariser = config.regulariser().regulariser();
    }

    @Override
    public Set<Need> needs() {
        return config.advantages().needs();
    }

    @Override
    public List<RolloutColumn> columns() {
        List<RolloutColumn> columns = new ArrayList<>(regulariser.columns());
        columns.addAll(objective.columns());
        return columns;
    }

    @Override
    public void check(EpochShape epoch) {
        config.update().plan().check(epoch);
        SamplesPerPrompt.requireTwo("algorithm.grpo", "compares the samples of a prompt with each other", epoch);
    }

    @Override
    public void check(RewardNames rewards) {
        regulariser.check(rewards, "algorithm.grpo");
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return config.update().plan().sampleAccumulation(epoch);
    }

    @Override
    public int batchSize() {
        return config.update().batchSize();
    }

    @Override
    public Losses build(UpdateScope scope) {
        PolicyObjective.Terms terms = objective.build(scope, scope.column(Targets.ADVANTAGE));
        return new Losses(terms.loss(), Optional.empty(), terms.metrics(), terms.rows());
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        double[][] relative = Axes.repeat(advantages.of(epoch.prompts(), rewards), epoch.steps());
        Regulariser.Epoch held =
                regulariser.take(epoch, rewards, objective.kind().divisor(epoch.latentSize()));
        Map<String, float[][]> columns = new LinkedHashMap<>(held.columns());
        columns.put(Targets.ADVANTAGE, Axes.narrow(held.charged(relative)));
        return new Targets(columns, held.metrics());
    }

    /** Without a distance to the reference policy, which teaches too, the advantages weigh all there is. */
    @Override
    public boolean hasNothingToLearn(Targets targets) {
        return config.regulariser().isNone() && targets.isZero(Targets.ADVANTAGE);
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        return config.update().plan().sampleBySample(epoch.samples(), epoch.stochasticSteps(), seed);
    }

    @Override
    public Map<String, Object> state() {
        return regulariser.state();
    }

    @Override
    public void restore(Map<String, Object> state) {
        regulariser.restore(state);
    }
}
