package org.tempera.core.train;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.checkpoint.CheckpointContent;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.OnFall;
import org.tempera.core.train.HeldOutWatch.Fallen;
import org.tempera.spi.PlainFields;

/**
 * Does what {@code evaluation.on-fall} says where the held-out score has fallen: tells it, ends the run, or takes it
 * back to its best checkpoint. The fall is saved with its epoch before it is acted on, so that a run that ends in
 * between does so when it goes on.
 */
final class HeldOutGuard {
    private static final String STATE = "held_out";

    private final EvaluationSettings settings;
    private final Trainer trainer;
    private final CheckpointStore checkpoints;
    private final HeldOutWatch watch = new HeldOutWatch();
    private final List<String> rollBacks = new ArrayList<>();
    private Optional<Fallen> fallen = Optional.empty();
    private Optional<String> ended = Optional.empty();

    HeldOutGuard(EvaluationSettings settings, Trainer trainer, CheckpointStore checkpoints) {
        this.settings = settings;
        this.trainer = trainer;
        this.checkpoints = checkpoints;
    }

    /**
     * Takes in an evaluation, and tells a fall.
     *
     * @param scores held-out score of each sample
     */
    void evaluated(int epoch, double[] scores, RunListener listener) {
        fallen = watch.add(epoch, scores);
        if (settings.onFall() == OnFall.WARN) {
            fallen.ifPresent(f -> listener.warned("epoch " + epoch + ": " + f.words()
                    + ": the run may be over-optimising. With evaluation.on-fall = stop it would end here."));
        }
    }

    /** What is saved with an epoch. */
    CheckpointContent with(CheckpointContent content) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("watch", watch.state());
        state.put("rolled_back", List.copyOf(rollBacks));
        fallen.ifPresent(f -> state.put("fallen", f.state()));
        return content.with(STATE, state);
    }

    /** Goes back to what was saved; of a checkpoint of an earlier version there is nothing. */
    void restore(SavedCheckpoint checkpoint) {
        if (checkpoint.hasState(STATE)) {
            checkpoint.restore(STATE, state -> {
                PlainFields fields = PlainFields.of(state);
                watch.restore(fields.map("watch"));
                rollBacks.clear();
                rollBacks.addAll(fields.texts("rolled_back"));
                fallen = fields.has("fallen") ? Optional.of(Fallen.of(fields.fields("fallen"))) : Optional.empty();
            });
        }
    }

    /**
     * Acts on a fall, if there is one that was not acted on.
     *
     * @return whether the run goes on
     */
    boolean goesOn(RunListener listener) {
        Optional<Fallen> now = fallen;
        if (now.isEmpty() || settings.onFall() == OnFall.NOTHING || settings.onFall() == OnFall.WARN) {
            return true;
        }
        Fallen fall = now.get();
        Optional<String> obstacle = settings.onFall() == OnFall.STOP ? Optional.of("") : obstacle(fall);
        if (obstacle.isPresent()) {
            ended = Optional.of("after epoch " + fall.epoch() + ", for " + fall.words() + obstacle.get());
            return false;
        }
        try (SavedCheckpoint best = SavedCheckpoint.open(checkpoints.path(fall.best()))) {
            trainer.rollBack(best);
        }
        fallen = Optional.empty();
        rollBacks.add("after epoch " + fall.epoch() + " to epoch " + fall.best());
        listener.warned("epoch " + fall.epoch() + ": " + fall.words() + ". Training goes on from there (roll-back "
                + rollBacks.size() + " of at most " + settings.mostRollBacks() + ").");
        return true;
    }

    private Optional<String> obstacle(Fallen fall) {
        if (rollBacks.size() >= settings.mostRollBacks()) {
            return Optional.of(
                    "; it was rolled back " + rollBacks.size() + " times before" + " (evaluation.most-roll-backs)");
        }
        return Files.isDirectory(checkpoints.path(fall.best()))
                ? Optional.empty()
                : Optional.of("; of epoch " + fall.best() + " there is no checkpoint to go back to");
    }

    /** Where and why it ended the run, such as {@code after epoch 20, for the held-out score changed by ...}. */
    Optional<String> ended() {
        return ended;
    }

    /** What a report says of it, by name. */
    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        if (!rollBacks.isEmpty()) {
            facts.put("rolled back", String.join(", ", rollBacks));
        }
        ended.ifPresent(why -> facts.put("ended", why));
        return facts;
    }
}
