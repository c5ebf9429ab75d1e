package org.tempera.algorithms.dpo;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.algorithms.stats.UpdatePlan;
import org.tempera.spi.MetricNames;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Losses;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.algorithm.RewardTable;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.algorithm.UpdateScope;
import org.tempera.spi.algorithm.UpdateScope.Denoising;
import org.tempera.spi.algorithm.UpdateScope.Renoising;
import org.tempera.spi.policy.Weights;

/**
 * Diffusion-DPO on a file of choices: the policy learns to denoise chosen pictures better than the reference does, and
 * rejected ones less so. It draws nothing to learn from, and keeps nothing from one epoch to the next.
 */
public final class DiffusionDpo implements Algorithm {
    private final DiffusionDpoConfig config;

    public DiffusionDpo(DiffusionDpoConfig config) {
        this.config = config;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.PAIRS);
    }

    @Override
    public void check(EpochShape epoch) {
        if (batchSize() % 2 != 0 || epoch.samples() % batchSize() != 0) {
            throw new UserException(
                    "algorithm.diffusion-dpo.batch-size: expected an even number, for pairs, that divides the "
                            + epoch.samples() + " pictures of an epoch, found " + batchSize());
        }
    }

    @Override
    public int batchSize() {
        return config.update().batchSize();
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return Math.min(config.update().accumulation(), epoch.samples() / batchSize());
    }

    @Override
    public Losses build(UpdateScope scope) {
        Denoising denoising = scope.denoising(new Renoising(Renoising.Level.UNIFORM, 2, false));
        DiffusionDpoLoss built = loss(scope, denoising);
        return new Losses(
                built.loss(),
                Optional.empty(),
                Map.of(MetricNames.POLICY_LOSS, built.loss(), "train/preference_accuracy", built.accuracy()));
    }

    /** The loss on pairs that were noised. */
    public DiffusionDpoLoss loss(UpdateScope scope, Denoising denoising) {
        return DiffusionDpoLoss.build(
                scope.graph().tf(),
                denoising.prediction(Weights.POLICY),
                denoising.prediction(Weights.REFERENCE),
                denoising.target(),
                config.beta());
    }

    /** {@inheritDoc} Who was chosen stands in the order of the rows already. */
    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        return new Targets(Map.of(), Map.of());
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        UpdateConfig update = config.update();
        UpdatePlan ofPairs =
                new UpdatePlan(batchSize() / 2, update.accumulation(), update.innerEpochs(), true, false, 1);
        return ofPairs.slotBySlot(epoch.samples() / 2, List.of(0), seed).stream()
                .map(m -> Minibatch.ofSamples(
                        Arrays.stream(m.samples())
                                .flatMap(pair -> Arrays.stream(new int[] {2 * pair, 2 * pair + 1}))
                                .toArray(),
                        m.apply()))
                .toList();
    }
}
