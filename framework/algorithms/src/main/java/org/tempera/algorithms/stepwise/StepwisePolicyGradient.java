package org.tempera.algorithms.stepwise;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.kl.Regulariser;
import org.tempera.algorithms.loss.PolicyObjective;
import org.tempera.algorithms.loss.RegulariserConfig;
import org.tempera.algorithms.stats.Axes;
import org.tempera.algorithms.stats.StepwiseConfig;
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

/**
 * A policy gradient that weighs every step of a sample with the sample's advantage, of which subclasses say what it is:
 * samples one after the other, each through all its steps, held near the reference policy where the config says so.
 */
public abstract class StepwisePolicyGradient implements Algorithm {
    private final String block;
    private final StepwiseConfig update;
    private final PolicyObjective objective;
    private final RegulariserConfig regularisation;
    private final Regulariser regulariser;

    /**
     * An algorithm with the state of a run that begins.
     *
     * @param block where its keys stand, such as {@code algorithm.ddpo}
     */
    protected StepwisePolicyGradient(
            String block, StepwiseConfig update, PolicyObjective objective, RegulariserConfig regularisation) {
        this.block = block;
        this.update = update;
        this.objective = objective;
        this.regularisation = regularisation;
        this.regulariser = regularisation.regulariser();
    }

    /** The advantages of an epoch's samples, {@code [sample]}, 0 of those that are skipped; called once an epoch. */
    protected abstract double[] advantages(EpochColumns epoch, RewardTable rewards);

    @Override
    public List<RolloutColumn> columns() {
        List<RolloutColumn> columns = new ArrayList<>(regulariser.columns());
        columns.addAll(objective.columns());
        return columns;
    }

    @Override
    public void check(EpochShape epoch) {
        update.plan().check(epoch);
    }

    @Override
    public void check(RewardNames rewards) {
        regulariser.check(rewards, block);
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return update.plan().sampleAccumulation(epoch);
    }

    @Override
    public int batchSize() {
        return update.batchSize();
    }

    @Override
    public Losses build(UpdateScope scope) {
        PolicyObjective.Terms terms = objective.build(scope, scope.column(Targets.ADVANTAGE));
        return new Losses(terms.loss(), Optional.empty(), terms.metrics(), terms.rows());
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        double[][] advantages = Axes.repeat(advantages(epoch, rewards), epoch.steps());
        Regulariser.Epoch held =
                regulariser.take(epoch, rewards, objective.kind().divisor(epoch.latentSize()));
        Map<String, float[][]> columns = new LinkedHashMap<>(held.columns());
        columns.put(Targets.ADVANTAGE, Axes.narrow(held.charged(advantages)));
        return new Targets(columns, held.metrics());
    }

    /** Without a distance to the reference policy, which teaches too, the advantages weigh all there is. */
    @Override
    public boolean hasNothingToLearn(Targets targets) {
        return regularisation.isNone() && targets.isZero(Targets.ADVANTAGE);
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        return update.plan().sampleBySample(epoch.samples(), epoch.stochasticSteps(), seed);
    }

    /** {@inheritDoc} What a penalty or a gate of the divergence keeps. */
    @Override
    public Map<String, Object> state() {
        return regulariser.state();
    }

    @Override
    public void restore(Map<String, Object> state) {
        regulariser.restore(state);
    }
}
