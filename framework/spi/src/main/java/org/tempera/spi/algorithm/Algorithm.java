package org.tempera.spi.algorithm;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.spi.Checkpointable;

/**
 * What is learnt from a rollout: the loss, the targets it is computed against, and the order of updates.
 *
 * <p>Called in this order: {@link #needs}, {@link #columns} and {@link #check} before anything is built; {@link #build}
 * once while the graph is open; then in every epoch {@link #prepare}, {@link #plan}, the framework's updates with
 * {@link #goesOnAfter} between them, {@link #endOfEpoch}, {@link #replayPlan}.
 */
public interface Algorithm extends Checkpointable {
    /** What the algorithm needs from the rest of the run; nothing by default. */
    default Set<Need> needs() {
        return Set.of();
    }

    /** The numbers that sampling must compute at every step, in addition to the next latent; none by default. */
    default List<RolloutColumn> columns() {
        return List.of();
    }

    /**
     * Whether the algorithm may learn from rollouts that other weights drew than those that are trained, as the
     * behaviour weights do. False by default. One that weighs steps by their ratio of probabilities may say so if the
     * ratio need not begin at 1: {@link RolloutColumn#LOG_PROB} is under the weights that drew.
     */
    default boolean learnsOffPolicy() {
        return false;
    }

    /**
     * Checks that the algorithm can learn from epochs of this shape.
     *
     * @throws org.tempera.spi.UserException if it cannot, with the key to change
     */
    default void check(EpochShape shape) {}

    /**
     * Checks that the rewards are there that the algorithm's config names.
     *
     * @throws org.tempera.spi.UserException if one is not, with the key that names it
     */
    default void check(RewardNames rewards) {}

    /** Rows of a micro-batch, each a sample at one of its steps: the size of every {@link Minibatch} of a plan. */
    int batchSize();

    /**
     * How many micro-batches the first optimiser step of a plan averages over: so many may run at the same time.
     *
     * @param shape one that {@link #check} has passed
     */
    default int accumulation(EpochShape shape) {
        return 1;
    }

    /**
     * Builds the loss of one micro-batch. Trainable parameters that it declares through {@link UpdateScope#graph} are
     * the algorithm's own, such as a baseline that is learnt: the policy's optimiser trains them with the policy, on
     * the policy's loss, and checkpoints keep them.
     */
    Losses build(UpdateScope scope);

    /** Targets of every sample at each of its steps from an epoch's numbers and rewards; plain host arithmetic. */
    Targets prepare(EpochColumns epoch, RewardTable rewards);

    /**
     * Whether these targets teach nothing, as under a constant reward. Such an epoch has no updates, which would only
     * decay the weights and move them along earlier gradients. False by default, because a loss may have terms that no
     * target weights.
     *
     * @param targets what {@link #prepare} gave, without the samples that rewards skipped
     */
    default boolean hasNothingToLearn(Targets targets) {
        return false;
    }

    /**
     * The epoch's micro-batches in order; called after {@link #prepare}. A resumed run calls it again and must get the
     * same plan.
     *
     * @param epoch how large the rollout is. Where the loss reads log-probabilities, a plan visits its stochastic steps
     *     alone
     * @param seed decides every shuffle
     */
    List<Minibatch> plan(EpochShape epoch, long seed);

    /**
     * Whether the rest of an epoch's plan is learnt from after an update; true by default. What an update changed too
     * much ends the epoch's updates here, as its divergence from the policy that drew does in PPO. A resumed run does
     * not ask again about updates that were made, so the answer follows from the update alone.
     *
     * @param update means over the update's micro-batches, by the names of {@link Losses#metrics}, and the norms of its
     *     gradients ({@code train/grad_norm})
     */
    default boolean goesOnAfter(Map<String, Double> update) {
        return true;
    }

    /**
     * How many samples of earlier epochs are kept and learnt from again, the latest ones in whole epochs; 0 by default.
     * {@link #plan} is then asked for an epoch of the kept samples, oldest first, and after them the epoch's own.
     * Columns and targets of a kept sample stay those of its own epoch: its log-probabilities are under the weights
     * that drew it.
     */
    default int keptSamples() {
        return 0;
    }

    /** Ends an epoch, after its updates: resets neurons, adjusts controllers. */
    default void endOfEpoch(EpochEnd end) {}

    /**
     * How many of the latest samples are kept for {@link #replayPlan}; with 0 none are kept and that method is not
     * called.
     */
    default int replayedSamples() {
        return 0;
    }

    /**
     * Updates of the critic alone, after {@link #endOfEpoch}, on the samples that are kept, this epoch's among them.
     * The critic's loss can then read no columns but {@link Targets#RETURN} and {@link Rollout#VALUE}, as they were in
     * the epoch that the sample is from.
     *
     * @param kept the samples that are kept by now, in no particular order; of steps that are not stochastic no
     *     features are
     * @param seed decides every shuffle
     */
    default List<Minibatch> replayPlan(EpochShape kept, long seed) {
        return List.of();
    }

    /** {@inheritDoc} An algorithm that keeps nothing from one epoch to the next has none. */
    @Override
    default Map<String, Object> state() {
        return Map.of();
    }

    @Override
    default void restore(Map<String, Object> state) {}
}
