package org.tempera.algorithms.ddpo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.spi.PlainFields;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;

/** DDPO: every step of a sample is weighted with the sample's normalised reward (Black et al. 2023, section 4.3). */
public final class Ddpo implements Algorithm {

    private final DdpoConfig config;
    private final PolicyObjective objective;
    private final RewardNormalisation normalisation;

    public Ddpo(DdpoConfig config) {
        this.config = config;
        this.objective = config.objective();
        this.normalisation = config.rewardNormalisation().create();
    }

    @Override
    public List<RolloutColumn> columns() {
        return List.of(RolloutColumn.LOG_PROB);
    }

    @Override
    public void check(EpochShape epoch) {
        config.update().plan().check(epoch);
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
        return new Losses(terms.loss(), Optional.empty(), terms.metrics());
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        double[][] advantages = DdpoAdvantages.compute(
                normalisation,
                epoch.prompts(),
                Axes.widen(rewards.training()),
                epoch.steps(),
                config.rewardNormalisation().clip());
        return new Targets(Map.of(Targets.ADVANTAGE, Axes.narrow(advantages)), Map.of());
    }

    /** Without a distance to the reference policy, which teaches too, the advantages weight all there is. */
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
        return Map.of("normalisation", normalisation.state());
    }

    @Override
    public void restore(Map<String, Object> state) {
        normalisation.restore(PlainFields.of(state).map("normalisation"));
    }
}
