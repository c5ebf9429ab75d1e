package org.tempera.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.tempera.core.checkpoint.CheckpointContent;
import org.tempera.core.checkpoint.NamedTensor;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.learn.CriticRefit;
import org.tempera.core.learn.KeptRollouts;
import org.tempera.core.learn.Learner;
import org.tempera.core.learn.PolicyCopies;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.rollout.RolloutBuffer;
import org.tempera.core.rollout.Schedule;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.Checkpointable.UnfitStateException;
import org.tempera.spi.HostTensor;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.ndarray.Shape;

/**
 * What a trainer saves and takes back: parameters, moments and copies, the critic's kept samples, a begun epoch, and
 * host state.
 */
final class TrainerState {
    private static final String ALGORITHM = "algorithm";
    private static final String COMBINATION = "combination";
    private static final String BEGUN = "begun_epoch";
    private static final String ROLLOUT = "rollout/";
    private static final String KEPT = "kept_rollouts";
    private static final String KEPT_TENSORS = "kept/";
    private static final String STEPS = "optimizer_steps";

    private final TrainingSession session;
    private final Learner learner;
    private final PolicyCopies copies;
    private final Algorithm algorithm;
    private final RewardCombiner combiner;
    private final KeptRollouts kept;
    private final Schedule schedule;
    /** What was taken back; closed by then, it says where it lies. Empty once an epoch was trained since. */
    private Optional<SavedCheckpoint> origin = Optional.empty();

    TrainerState(
            TrainingSession session,
            Learner learner,
            PolicyCopies copies,
            Algorithm algorithm,
            RewardCombiner combiner,
            KeptRollouts kept,
            Schedule schedule) {
        this.kept = kept;
        this.schedule = schedule;
        this.session = session;
        this.learner = learner;
        this.copies = copies;
        this.algorithm = algorithm;
        this.combiner = combiner;
    }

    /**
     * What must be saved.
     *
     * @param epoch epochs that are complete
     * @param begun the epoch after them, where it was stopped within
     * @param algorithmState the algorithm's state when that epoch began, or would have
     */
    CheckpointContent save(
            int epoch, Optional<BegunEpoch> begun, Map<String, Object> algorithmState, OptionalDouble heldOut) {
        List<NamedTensor> tensors = new ArrayList<>();
        List<Parameter> state = parameters();
        List<HostTensor> values = session.readAll(state);
        for (int i = 0; i < state.size(); i++) {
            tensors.add(new NamedTensor(state.get(i).name(), values.get(i)));
        }
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put(STEPS, learner.steps());
        learner.refit().ifPresent(r -> {
            r.tensors().forEach((name, t) -> tensors.add(new NamedTensor(name, t)));
            counters.putAll(r.counters());
        });
        begun.ifPresent(
                b -> b.rollout().tensors().forEach((name, t) -> tensors.add(new NamedTensor(ROLLOUT + name, t))));
        kept.tensors().forEach((name, t) -> tensors.add(new NamedTensor(KEPT_TENSORS + name, t)));
        CheckpointContent content = new CheckpointContent(
                epoch,
                begun.isPresent(),
                false,
                tensors,
                Map.of(ALGORITHM, algorithmState, COMBINATION, combiner.state()),
                counters,
                heldOut);
        CheckpointContent withKept = kept.keeps() ? content.with(KEPT, kept.state()) : content;
        return begun.map(b -> withKept.with(BEGUN, b.state())).orElse(withKept);
    }

    /** What is trained, moments and copies among it. */
    List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(learner.state());
        all.addAll(copies.state());
        return all;
    }

    /** What a begun epoch is made of besides what a checkpoint holds. */
    record Begin(EpochSource source, Function<Map<String, HostTensor>, RolloutBuffer> rollout, Scoring scoring) {}

    /**
     * Takes back what was saved.
     *
     * @param begin of the epoch after the complete ones; called only where the checkpoint is from within it
     * @return that epoch
     * @throws UserException if it is damaged, or of another configuration
     */
    Optional<BegunEpoch> restore(SavedCheckpoint checkpoint, Function<Integer, Begin> begin) {
        Map<String, Shape> expected = new LinkedHashMap<>();
        parameters().forEach(p -> expected.put(p.name(), p.shape()));
        Optional<CriticRefit> refit = learner.refit();
        Set<String> replayed = new LinkedHashSet<>();
        refit.ifPresent(r -> r.tensors().forEach((name, t) -> {
            replayed.add(name);
            expected.put(name, Shape.of(Arrays.stream(t.shape()).asLongStream().toArray()));
        }));
        List<String> ofRollout = checkpoint.withinNext()
                ? checkpoint.tensors().names().stream()
                        .filter(name -> name.startsWith(ROLLOUT))
                        .toList()
                : List.of();
        ofRollout.forEach(
                name -> expected.put(name, checkpoint.tensors().info(name).shape()));
        List<String> ofKept = kept.keeps()
                ? checkpoint.tensors().names().stream()
                        .filter(name -> name.startsWith(KEPT_TENSORS))
                        .toList()
                : List.of();
        ofKept.forEach(
                name -> expected.put(name, checkpoint.tensors().info(name).shape()));
        checkpoint.requireTensors(expected);
        Map<Parameter, HostTensor> values = new LinkedHashMap<>();
        parameters().forEach(p -> values.put(p, checkpoint.tensor(p.name())));
        session.writeAll(values);
        refit.ifPresent(r -> {
            Map<String, HostTensor> held = new LinkedHashMap<>();
            replayed.forEach(name -> held.put(name, checkpoint.tensor(name)));
            r.restore(held, checkpoint::counter);
        });
        origin = Optional.of(checkpoint);
        checkpoint.restore(ALGORITHM, algorithm::restore);
        checkpoint.restore(COMBINATION, combiner::restore);
        if (kept.keeps()) {
            Map<String, HostTensor> tensors = new LinkedHashMap<>();
            ofKept.forEach(name -> tensors.put(name.substring(KEPT_TENSORS.length()), checkpoint.tensor(name)));
            checkpoint.restore(KEPT, state -> kept.restore(tensors, PlainFields.of(state), schedule));
        }
        learner.restoreSteps(checkpoint.counter(STEPS));
        return checkpoint.withinNext()
                ? Optional.of(begun(checkpoint, ofRollout, begin.apply(checkpoint.epoch())))
                : Optional.empty();
    }

    /** An epoch was trained on what was taken back. */
    void wentOn() {
        origin = Optional.empty();
    }

    /** What the algorithm took back has turned out to fit nothing. */
    RuntimeException damaged(UnfitStateException e) {
        return origin.<RuntimeException>map(checkpoint -> checkpoint.damaged(
                        "its state of '" + ALGORITHM + "' cannot be taken back (" + e.getMessage() + ")"))
                .orElse(e);
    }

    /** Where the weights of a training that diverged come from: a checkpoint that is damaged may be why, too. */
    UserException withOrigin(UserException diverged) {
        return origin.map(checkpoint -> new UserException(
                        diverged.getMessage() + " It went on from " + checkpoint.folder()
                                + "; if it comes again, move that folder away to continue from the checkpoint before it.",
                        diverged))
                .orElse(diverged);
    }

    private static BegunEpoch begun(SavedCheckpoint checkpoint, List<String> ofRollout, Begin begin) {
        Map<String, HostTensor> rollout = new LinkedHashMap<>();
        ofRollout.forEach(name -> rollout.put(name.substring(ROLLOUT.length()), checkpoint.tensor(name)));
        try {
            BegunEpoch restored = BegunEpoch.of(
                    PlainFields.of(checkpoint.state(BEGUN)),
                    checkpoint.state(ALGORITHM),
                    begin,
                    rollout,
                    problem -> checkpoint.doesNotFit("within its epoch, " + problem));
            restored.requireWhole();
            return restored;
        } catch (UserException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw checkpoint.doesNotFit("within its epoch, " + e.getMessage());
        } catch (RuntimeException e) {
            throw checkpoint.doesNotFit("within its epoch, " + e);
        }
    }
}
