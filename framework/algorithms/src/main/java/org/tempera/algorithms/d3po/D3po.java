package org.tempera.algorithms.d3po;

import java.util.List;
import java.util.Optional;
import org.tempera.algorithms.loss.PreferenceLoss;
import org.tempera.algorithms.stats.PairsConfig;
import org.tempera.algorithms.stats.RewardPairs;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.RolloutColumn;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * D3PO: of two samples of one prompt the policy is to make the steps of the better one likelier, and those of the other
 * less likely, than the reference does. It keeps nothing from one epoch to the next.
 */
public final class D3po implements Algorithm {
    static final String KEY = "algorithm.d3po";

    private final D3poConfig config;
    private RewardPairs pairs = new RewardPairs(List.of(), 0, 0);

    public D3po(D3poConfig config) {
        this.config = config;
    }

    /** The reference's numbers alone: the loss does not ask who drew. */
    @Override
    public List<RolloutColumn> columns() {
        return List.of(RolloutColumn.REFERENCE_LOG_PROB);
    }

    /** {@inheritDoc} A pair prefers one of two samples, whoever drew them. */
    @Override
    public boolean learnsOffPolicy() {
        return true;
    }

    @Override
    public void check(EpochShape epoch) {
        PairsConfig.check(KEY, config.update().update(), epoch);
    }

    @Override
    public int batchSize() {
        return config.update().batchSize();
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return config.pairs().accumulation(config.update().update(), epoch)
                * config.update().plan().trainedSteps(epoch.stochasticSteps().size());
    }

    @Override
    public Losses build(UpdateScope scope) {
        Ops tf = scope.graph().tf();
        int size = scope.latentSize();
        Operand<TFloat32> margins = D3poLoss.margins(
                tf,
                config.logProb().of(tf, scope.step().logProb(), size),
                config.logProb().of(tf, scope.column(Rollout.REFERENCE_LOG_PROB), size),
                config.clip(),
                config.beta());
        PreferenceLoss loss = PreferenceLoss.of(tf, margins, scope.column(RewardPairs.PREFERENCE));
        return new Losses(loss.loss(), Optional.empty(), loss.metrics());
    }

    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        pairs = RewardPairs.of(
                epoch.prompts(),
                rewards.training(),
                rewards.skipped(),
                config.pairs().pairing());
        return pairs.targets();
    }

    /** Where all pairs are ties, neither of two samples is to become likelier. */
    @Override
    public boolean hasNothingToLearn(Targets targets) {
        return targets.isZero(RewardPairs.PREFERENCE);
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        return pairs.plan(
                config.update().update(),
                epoch.stochasticSteps(),
                config.update().timestepFraction(),
                seed);
    }
}
