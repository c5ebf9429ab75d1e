package org.tempera.algorithms.ddpo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.kl.Regulariser;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.RewardNormalisation;
import org.tempera.spi.PlainFields;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardNames;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;

/** DDPO: every step of a sample is weighted with the sample's normalised reward (Black et al. 2023, section 4.3). */
public final class Ddpo implements Algorithm {

    private final DdpoConfig config;
    private final PolicyObjective objective;
    private final RewardNormalisation normalisation;
    private final Regulariser regulariser;

    public Ddpo(DdpoConfig config) {
        this.config = config;
        this.objective = config.objective();
        this.normalisation = config.rewardNormalisation().create();
        this.regulariser = config.regulariser().regulariser();
    }

    @Override
    public List<RolloutColumn> columns() {
        return regulariser.columns();
    }

    @Override
    public void check(EpochShape epoch) {
        config.update().plan().check(epoch);
    }

    @Override
    public void check(RewardNames rewards) {
        regulariser.check(rewards, "algorithm.ddpo");
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
        double[][] advantages = DdpoAdvantages.compute(
                normalisation,
                epoch.prompts(),
                Axes.widen(rewards.training()),
                rewards.skipped(),
                epoch.steps(),
                config.rewardNormalisation().clip());
        Regulariser.Epoch held =
                regulariser.take(epoch, rewards, objective.kind().divisor(epoch.latentSize()));
        Map<String, float[][]> columns = new LinkedHashMap<>(held.columns());
        columns.put(Targets.ADVANTAGE, Axes.narrow(held.charged(advantages)));
        return new Targets(columns, held.metrics());
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
        Map<String, Object> state = new LinkedHashMap<>(regulariser.state());
        state.put("normalisation", normalisation.state());
        return state;
    }

    @Override
    public void restore(Map<String, Object> state) {
        normalisation.restore(PlainFields.of(state).map("normalisation"));
        regulariser.restore(state);
    }
}
