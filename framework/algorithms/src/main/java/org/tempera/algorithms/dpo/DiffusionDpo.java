package org.tempera.algorithms.dpo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.algorithms.loss.PreferenceLoss;
import org.tempera.algorithms.stats.PairsConfig;
import org.tempera.algorithms.stats.RewardPairs;
import org.tempera.algorithms.stats.UpdateConfig;
import org.tempera.algorithms.stats.UpdatePlan;
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
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Diffusion-DPO: the policy learns to denoise the chosen picture of a pair better than the reference does, and the
 * rejected one less so. Pairs are choices of a file, for which nothing is drawn, or the policy's own samples, ranked by
 * a reward. It keeps nothing from one epoch to the next.
 */
public final class DiffusionDpo implements Algorithm {
    private static final String KEY = "algorithm.diffusion-dpo";

    private final DiffusionDpoConfig config;
    private RewardPairs ranked = new RewardPairs(List.of(), 0, 0);

    public DiffusionDpo(DiffusionDpoConfig config) {
        this.config = config;
    }

    @Override
    public Set<Need> needs() {
        return config.online() ? Set.of() : Set.of(Need.PAIRS);
    }

    /** {@inheritDoc} It learns from pictures and who is preferred, whoever drew them. */
    @Override
    public boolean learnsOffPolicy() {
        return true;
    }

    @Override
    public void check(EpochShape epoch) {
        if (config.online()) {
            PairsConfig.check(KEY, config.update(), epoch);
        } else {
            PairsConfig.requireEven(KEY, config.update(), epoch, "pictures");
        }
    }

    @Override
    public int batchSize() {
        return config.update().batchSize();
    }

    @Override
    public int accumulation(EpochShape epoch) {
        return config.online()
                ? config.ranking().accumulation(config.update(), epoch)
                : Math.min(config.update().accumulation(), epoch.samples() / batchSize());
    }

    @Override
    public Losses build(UpdateScope scope) {
        Denoising denoising = scope.denoising(new Renoising(Renoising.Level.UNIFORM, 2, false));
        PreferenceLoss loss = config.online()
                ? PreferenceLoss.of(scope.graph().tf(), margins(scope, denoising), scope.column(RewardPairs.PREFERENCE))
                : loss(scope, denoising);
        return new Losses(loss.loss(), Optional.empty(), loss.metrics());
    }

    /** The loss on pairs that were noised, all of them decided. */
    public PreferenceLoss loss(UpdateScope scope, Denoising denoising) {
        return PreferenceLoss.of(scope.graph().tf(), margins(scope, denoising));
    }

    private Operand<TFloat32> margins(UpdateScope scope, Denoising denoising) {
        return DiffusionDpoLoss.margins(
                scope.graph().tf(),
                denoising.prediction(Weights.POLICY),
                denoising.prediction(Weights.REFERENCE),
                denoising.target(),
                config.beta());
    }

    /** {@inheritDoc} Of a file's pairs, who was chosen stands in the order of the rows already. */
    @Override
    public Targets prepare(EpochColumns epoch, RewardTable rewards) {
        if (!config.online()) {
            return new Targets(Map.of(), Map.of());
        }
        ranked = RewardPairs.of(
                epoch.prompts(),
                rewards.training(),
                rewards.skipped(),
                config.ranking().pairing());
        return ranked.targets();
    }

    /** Where all pairs are ties, neither of two pictures is to be preferred. */
    @Override
    public boolean hasNothingToLearn(Targets targets) {
        return targets.isZero(RewardPairs.PREFERENCE);
    }

    @Override
    public List<Minibatch> plan(EpochShape epoch, long seed) {
        UpdateConfig update = config.update();
        if (config.online()) {
            return ranked.plan(update, List.of(0), 1, seed);
        }
        UpdatePlan ofPairs =
                new UpdatePlan(batchSize() / 2, update.accumulation(), update.innerEpochs(), true, false, 1);
        return RewardPairs.ofRows(
                ofPairs.slotBySlot(epoch.samples() / 2, List.of(0), seed),
                pair -> new RewardPairs.Pair(2 * pair, 2 * pair + 1));
    }
}
