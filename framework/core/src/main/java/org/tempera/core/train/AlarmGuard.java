package org.tempera.core.train;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tempera.core.checkpoint.CheckpointContent;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.config.DetectorSettings;
import org.tempera.core.config.OnAlarm;
import org.tempera.core.config.OnFall;
import org.tempera.record.verdict.Alarm;
import org.tempera.record.verdict.Alarms.Raised;
import org.tempera.spi.MetricNames;
import org.tempera.spi.PlainFields;

/**
 * Does what {@code evaluation.on-fall}, {@code on-drift} and {@code on-steepening} say where an evaluation speaks of
 * over-optimisation: tells it, ends the run, or takes it back to its best checkpoint. What an evaluation shows is saved
 * with its epoch before it is acted on, so that a run that ends in between does so when it goes on.
 */
final class AlarmGuard {
    private static final String HELD_OUT = "held_out";
    private static final String SIGNS = "signs";
    private static final List<Alarm.Kind> OF_SIGNS = List.of(Alarm.Kind.STATISTICS, Alarm.Kind.STEEPNESS);

    private final DetectorSettings settings;
    private final Trainer trainer;
    private final CheckpointStore checkpoints;
    private final HeldOutWatch heldOut = new HeldOutWatch();
    private final SignWatch signs = new SignWatch();
    private final List<RollBack> rollBacks = new ArrayList<>();
    private Optional<Fall> fall = Optional.empty();
    private List<Raised> raised = List.of();
    private int raisedAt;
    private Optional<String> ended = Optional.empty();

    AlarmGuard(DetectorSettings settings, Trainer trainer, CheckpointStore checkpoints) {
        this.settings = settings;
        this.trainer = trainer;
        this.checkpoints = checkpoints;
    }

    /**
     * A fall of the held-out score.
     *
     * @param epoch of the evaluation that shows it
     * @param best epoch of the best evaluation before
     * @param words what the score did
     */
    private record Fall(int epoch, int best, String words) {
        Map<String, Object> state() {
            return Map.of("epoch", epoch, "best", best, "words", words);
        }

        static Fall of(PlainFields state) {
            int best = state.integer("best");
            // Checkpoints of earlier versions have the change alone.
            String words = state.has("words")
                    ? state.text("words")
                    : "the held-out score changed by " + state.text("change") + " from its best, at epoch " + best;
            return new Fall(state.integer("epoch"), best, words);
        }
    }

    /**
     * That the run was taken back.
     *
     * @param after the epoch whose evaluation showed the fall
     * @param to the epoch whose checkpoint it went on from
     */
    private record RollBack(int after, int to) {
        private static final Pattern WORDS = Pattern.compile("after epoch (\\d+) to epoch (\\d+)");

        static RollBack of(String words) {
            Matcher m = WORDS.matcher(words);
            if (!m.matches()) {
                throw new IllegalArgumentException(
                        "expected a roll-back such as after epoch 3 to epoch 1, found " + words);
            }
            return new RollBack(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
        }

        @Override
        public String toString() {
            return "after epoch " + after + " to epoch " + to;
        }
    }

    /**
     * What an evaluation shows.
     *
     * @param heldOut its held-out score of each sample, where it has one
     * @param metrics how many scores and signs of each kind are shown, where any are watched
     */
    record Seen(
            Evaluation evaluation,
            Optional<double[]> heldOut,
            Optional<HeldOutWatch.Fallen> fallen,
            List<Raised> raised,
            SortedMap<String, Double> metrics) {}

    /** Looks at an evaluation, and takes nothing in. @param scores its held-out score of each sample, if it has one */
    Seen look(Evaluation evaluation, Optional<double[]> scores) {
        Optional<HeldOutWatch.Fallen> fallen = scores.flatMap(heldOut::look);
        List<Raised> now = signs.look(evaluation.signs());
        SortedMap<String, Double> metrics = new TreeMap<>();
        if (scores.isPresent() && heldOut.evaluations() > 0) {
            metrics.put(MetricNames.alarm(Alarm.Kind.HELD_OUT.shown()), fallen.isPresent() ? 1.0 : 0.0);
        }
        for (Alarm.Kind kind : OF_SIGNS) {
            signs.count(kind, evaluation.signs(), now)
                    .ifPresent(count -> metrics.put(MetricNames.alarm(kind.shown()), (double) count));
        }
        return new Seen(evaluation, scores, fallen, now, metrics);
    }

    /** Takes in what was seen, and tells it. */
    void take(Seen seen, RunListener listener) {
        int epoch = seen.evaluation().epoch();
        fall = seen.fallen().map(f -> new Fall(epoch, f.best(), f.words()));
        seen.heldOut().ifPresent(scores -> heldOut.take(epoch, scores));
        List<Raised> news = signs.news(seen.raised());
        raised = seen.raised();
        raisedAt = epoch;
        signs.take(seen.evaluation().signs(), raised);
        if (settings.onFall() == OnFall.WARN) {
            fall.ifPresent(f -> listener.warned(warning(epoch, f.words(), "on-fall")));
        }
        for (Alarm.Kind kind : OF_SIGNS) {
            String words = words(news, kind);
            if (then(kind) == OnAlarm.WARN && !words.isEmpty()) {
                listener.warned(warning(epoch, words, key(kind)));
            }
        }
    }

    private static String warning(int epoch, String words, String key) {
        return "epoch " + epoch + ": " + words + ": the run may be over-optimising. With evaluation." + key
                + " = stop it would end here.";
    }

    private static String words(List<Raised> all, Alarm.Kind kind) {
        return all.stream().filter(r -> r.kind() == kind).map(Raised::words).collect(Collectors.joining("; "));
    }

    private OnAlarm then(Alarm.Kind kind) {
        return kind == Alarm.Kind.STEEPNESS ? settings.onSteepening() : settings.onDrift();
    }

    private static String key(Alarm.Kind kind) {
        return kind == Alarm.Kind.STEEPNESS ? "on-steepening" : "on-drift";
    }

    /** What is saved with an epoch. */
    CheckpointContent with(CheckpointContent content) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("watch", heldOut.state());
        state.put("rolled_back", rollBacks.stream().map(RollBack::toString).toList());
        fall.ifPresent(f -> state.put("fallen", f.state()));
        Map<String, Object> ofSigns = new LinkedHashMap<>();
        ofSigns.put("watch", signs.state());
        ofSigns.put("epoch", raisedAt);
        ofSigns.put(
                "raised",
                raised.stream()
                        .map(r -> Map.of("kind", r.kind().name(), "name", r.name(), "words", r.words()))
                        .toList());
        return content.with(HELD_OUT, state).with(SIGNS, ofSigns);
    }

    /**
     * Goes back to what was saved; of a checkpoint of an earlier version there is nothing.
     *
     * @param first signs of the first evaluation that was logged; empty if none was
     */
    void restore(SavedCheckpoint checkpoint, Optional<Map<String, double[]>> first) {
        first.ifPresent(signs::goesOnFrom);
        if (checkpoint.hasState(HELD_OUT)) {
            checkpoint.restore(HELD_OUT, state -> {
                PlainFields fields = PlainFields.of(state);
                heldOut.restore(fields.map("watch"));
                rollBacks.clear();
                fields.texts("rolled_back").forEach(words -> rollBacks.add(RollBack.of(words)));
                fall = fields.has("fallen") ? Optional.of(Fall.of(fields.fields("fallen"))) : Optional.empty();
            });
        }
        if (checkpoint.hasState(SIGNS)) {
            checkpoint.restore(SIGNS, state -> {
                PlainFields fields = PlainFields.of(state);
                signs.restore(fields.map("watch"));
                raisedAt = fields.integer("epoch");
                List<Raised> all = new ArrayList<>();
                fields.list("raised").forEach(r -> all.add(raised(PlainFields.of(r))));
                raised = List.copyOf(all);
            });
        }
    }

    private static Raised raised(PlainFields state) {
        return new Raised(Alarm.Kind.valueOf(state.text("kind")), state.text("name"), state.text("words"));
    }

    /**
     * Acts on what the last evaluation showed, if that was not acted on.
     *
     * @return whether the run goes on
     */
    boolean goesOn(RunListener listener) {
        for (Alarm.Kind kind : OF_SIGNS) {
            String words = words(raised, kind);
            if (then(kind) == OnAlarm.STOP && !words.isEmpty()) {
                ended = Optional.of("after epoch " + raisedAt + ", for " + words);
                return false;
            }
        }
        if (fall.isEmpty() || settings.onFall() == OnFall.NOTHING || settings.onFall() == OnFall.WARN) {
            return true;
        }
        Fall now = fall.get();
        Optional<String> obstacle = settings.onFall() == OnFall.STOP ? Optional.of("") : obstacle(now);
        if (obstacle.isPresent()) {
            ended = Optional.of("after epoch " + now.epoch() + ", for " + now.words() + obstacle.get());
            return false;
        }
        try (SavedCheckpoint best = SavedCheckpoint.open(checkpoints.path(now.best()))) {
            trainer.rollBack(best);
        }
        fall = Optional.empty();
        raised = List.of();
        rollBacks.add(new RollBack(now.epoch(), now.best()));
        listener.warned("epoch " + now.epoch() + ": " + now.words() + ". Training goes on from there (roll-back "
                + rollBacks.size() + " of at most " + settings.mostRollBacks() + ").");
        return true;
    }

    /** An epoch's result; that of the first after a roll-back says where the run went back to. */
    EpochResult marked(EpochResult result) {
        Optional<RollBack> just =
                rollBacks.stream().filter(r -> r.after() == result.epoch() - 1).findFirst();
        if (just.isEmpty()) {
            return result;
        }
        SortedMap<String, Double> metrics = new TreeMap<>(result.metrics());
        metrics.put(MetricNames.ROLLED_BACK_TO, (double) just.get().to());
        return new EpochResult(
                result.epoch(), metrics, result.prompts(), result.scores(), result.failures(), result.seconds());
    }

    /** Tells a fall at the run's last epoch, after which there is nothing to end, or to go back for. */
    void atLast(RunListener listener) {
        if (settings.onFall() == OnFall.STOP || settings.onFall() == OnFall.ROLL_BACK) {
            fall.ifPresent(f -> listener.warned("epoch " + f.epoch() + ": " + f.words()
                    + ": the run may be over-optimising, and this was its last epoch."));
        }
    }

    private Optional<String> obstacle(Fall fallen) {
        if (rollBacks.size() >= settings.mostRollBacks()) {
            return Optional.of(
                    "; it was rolled back " + rollBacks.size() + " times before" + " (evaluation.most-roll-backs)");
        }
        return Files.isDirectory(checkpoints.path(fallen.best()))
                ? Optional.empty()
                : Optional.of("; of epoch " + fallen.best() + " there is no checkpoint to go back to");
    }

    /** Where and why it ended the run, such as {@code after epoch 20, for the held-out score changed by ...}. */
    Optional<String> ended() {
        return ended;
    }

    /** What a report says of it, by name. */
    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        if (!rollBacks.isEmpty()) {
            facts.put("rolled back", rollBacks.stream().map(RollBack::toString).collect(Collectors.joining(", ")));
        }
        ended.ifPresent(why -> facts.put("ended", why));
        return facts;
    }
}
