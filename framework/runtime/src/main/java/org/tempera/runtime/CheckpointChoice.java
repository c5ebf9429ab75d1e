package org.tempera.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.Retention;
import org.tempera.record.review.RunReview;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.spi.UserException;

/**
 * Which of a run's checkpoints is meant.
 *
 * @param folder empty for the weights before training, which need no checkpoint
 * @param why what was chosen, and the reason, for people
 */
record CheckpointChoice(int epoch, Optional<Path> folder, String why) {
    /** For looking at a store without changing it. */
    static final Retention KEEP_ALL = new Retention(Integer.MAX_VALUE, 0);

    /**
     * Chooses by a name ({@code best}, {@code last}, {@code epoch-NNNN}), or the verdict's best, else the last.
     *
     * @throws UserException if there is none such
     */
    static CheckpointChoice of(RunFolder run, RunReview.Roles roles, Optional<String> wanted) {
        CheckpointStore store = new CheckpointStore(run.checkpoints(), KEEP_ALL);
        List<Integer> epochs = store.epochs();
        if (wanted.isPresent() && wanted.get().matches("epoch-\\d{1,9}")) {
            return named(run, store, Integer.parseInt(wanted.get().substring("epoch-".length())));
        }
        if (wanted.isPresent() && !wanted.get().equals("best") && !wanted.get().equals("last")) {
            throw new UserException(run.path() + ": expected checkpoint best, last or epoch-NNNN, found '"
                    + wanted.get() + "'. It has: " + list(store));
        }
        if (epochs.isEmpty()) {
            throw new UserException(run.path() + ": has no checkpoint yet. Wait for its first one, or take"
                    + " checkpoint epoch-0000, the weights before training.");
        }
        int last = epochs.get(epochs.size() - 1);
        if (wanted.equals(Optional.of("last"))) {
            return kept(store, last, "the last");
        }
        OptionalInt best = RunReview.of(run, roles)
                .requireScores()
                .verdict()
                .map(RunVerdict::bestEpoch)
                .orElse(OptionalInt.empty());
        if (best.isPresent() && epochs.contains(best.getAsInt())) {
            return kept(store, best.getAsInt(), "the best by its held-out rewards");
        }
        String missing = best.isEmpty()
                ? "the run has no held-out scores to choose a best one by"
                : best.getAsInt() == 0
                        ? "the best by held-out rewards is epoch 0, before training: checkpoint epoch-0000 draws that"
                        : "the best by held-out rewards, epoch " + best.getAsInt() + ", was not kept";
        if (wanted.isPresent()) {
            throw new UserException(run.path() + ": has no best checkpoint: " + missing + ". It has: " + list(store));
        }
        return kept(store, last, "the last; " + missing);
    }

    private static CheckpointChoice named(RunFolder run, CheckpointStore store, int epoch) {
        if (epoch == 0 && !store.epochs().contains(0)) {
            return new CheckpointChoice(0, Optional.empty(), "epoch-0000, before training");
        }
        if (!store.epochs().contains(epoch)) {
            throw new UserException(store.path(epoch) + ": no such checkpoint. " + run.path() + " has: " + list(store));
        }
        return kept(store, epoch, "as asked for");
    }

    private static CheckpointChoice kept(CheckpointStore store, int epoch, String why) {
        Path folder = store.path(epoch);
        return new CheckpointChoice(epoch, Optional.of(folder), folder.getFileName() + " (" + why + ")");
    }

    private static String list(CheckpointStore store) {
        List<String> names = store.epochs().stream()
                .map(e -> store.path(e).getFileName().toString())
                .toList();
        return (names.isEmpty() ? "none" : String.join(", ", names)) + ".";
    }
}
