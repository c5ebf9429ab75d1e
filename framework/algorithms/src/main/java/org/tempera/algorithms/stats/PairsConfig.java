package org.tempera.algorithms.stats;

import org.tempera.spi.Doc;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.EpochShape;

/** Keys of every algorithm that learns from pairs of its own samples, ranked by their rewards. */
public record PairsConfig(
        @Doc(
                        "Which samples of a prompt make pairs, the one of the higher reward being preferred. best-and-worst: these two, a"
                                + " pair a prompt; neighbours: each two that were drawn one after the other. Equal rewards prefer neither.")
                RewardPairs.Rule pairing) {
    /** The best and the worst of each prompt. */
    public static PairsConfig defaults() {
        return new PairsConfig(RewardPairs.Rule.BEST_AND_WORST);
    }

    /**
     * Checks that an epoch's samples make pairs, and fill micro-batches of whole pairs.
     *
     * @param key of the algorithm's block, such as {@code algorithm.d3po}
     * @throws UserException if not
     */
    public static void check(String key, UpdateConfig update, EpochShape epoch) {
        requireEven(key, update, epoch, "samples");
        SamplesPerPrompt.requireTwo(key, "learns from pairs of samples of one prompt", epoch);
    }

    /**
     * Checks that rows fill micro-batches of whole pairs.
     *
     * @param rows what an epoch has of them, in words
     * @throws UserException if not
     */
    public static void requireEven(String key, UpdateConfig update, EpochShape epoch, String rows) {
        if (update.batchSize() % 2 != 0 || epoch.samples() % update.batchSize() != 0) {
            throw new UserException(key + ".batch-size: expected an even number, for pairs, that divides the "
                    + epoch.samples() + " " + rows + " of an epoch, found " + update.batchSize());
        }
    }

    /** Micro-batches of whole pairs that the first optimiser step of an epoch averages over, at most. */
    public int accumulation(UpdateConfig update, EpochShape epoch) {
        int pairs = pairing == RewardPairs.Rule.NEIGHBOURS
                ? epoch.samples() / 2
                : epoch.samples() / epoch.samplesPerPrompt();
        int ofBatch = update.batchSize() / 2;
        return Math.max(1, Math.min(update.accumulation(), (pairs + ofBatch - 1) / ofBatch));
    }
}
