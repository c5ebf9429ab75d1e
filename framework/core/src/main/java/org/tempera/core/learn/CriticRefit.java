package org.tempera.core.learn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.tempera.core.rollout.StepInputs;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.MetricNames;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.Rollout;
import org.tempera.spi.algorithm.Targets;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Updates of the critic alone on samples of the latest epochs ({@link Algorithm#replayPlan}). The policy is no part of
 * these programs, so they cost next to nothing.
 */
public final class CriticRefit {
    private static final String STEPS = "critic_replay_steps";
    private static final String TAKEN = "critic_replay_samples";

    private final CriticReplay replay;
    private final AdamW optimizer;
    private final Program<Feeds, Fetches> accumulate;
    private final Program<ApplyFeeds, Fetches> apply;
    private long steps;

    record Feeds(Map<String, Object> inputs) {}

    record ApplyFeeds(Map<String, Object> inputs, HostTensor optimizer) {}

    record Fetches(float loss) {}

    CriticRefit(
            TrainingGraph graph,
            MinibatchInputs inputs,
            Operand<TFloat32> loss,
            List<Operand<TFloat32>> gradients,
            AdamW optimizer,
            CriticReplay replay) {
        this.replay = replay;
        this.optimizer = optimizer;
        GraphScope scope = graph.scope().child("critic-refit");
        Map<String, Operand<?>> read = inputs.operands(Set.of(
                StepInputs.FRACTIONS,
                MinibatchGraph.FEATURES,
                MinibatchGraph.DROPOUT,
                MinibatchGraph.columnInput(Targets.RETURN),
                MinibatchGraph.columnInput(Rollout.VALUE)));
        accumulate = Program.define("accumulate the critic's gradients", Feeds.class, Fetches.class)
                .feedMap("inputs", read)
                .fetch("loss", loss)
                .target(optimizer.accumulate(scope, gradients, 0))
                .build();
        apply = Program.define("update the critic", ApplyFeeds.class, Fetches.class)
                .feedMap("inputs", read)
                .feed("optimizer", optimizer.feed())
                .fetch("loss", loss)
                .target(optimizer.apply(scope, gradients).op())
                .build();
    }

    /** What TensorFlow computes for an update. */
    public Program<?, ?> program() {
        return apply;
    }

    /** Optimiser steps of the critic alone since the run began. */
    long steps() {
        return steps;
    }

    /**
     * Takes in an epoch's samples and fits the critic to all that are held.
     *
     * @param epoch whose seed decides order and dropout, too
     * @param shared optimiser steps that critic and policy took together since the run began
     * @return metrics by standard name
     */
    Map<String, Double> run(TrainingSession session, Algorithm algorithm, EpochData epoch, long shared) {
        replay.add(epoch.rollout(), epoch.targets(), epoch.skipped());
        List<Minibatch> plan = algorithm.replayPlan(
                new EpochShape(replay.samples(), replay.steps(), epoch.rollout().stochasticSteps(), 1), epoch.seed());
        double sum = 0;
        int accumulated = 0;
        for (int i = 0; i < plan.size(); i++) {
            Minibatch m = plan.get(i);
            Map<String, Object> inputs = new LinkedHashMap<>(replay.inputs(m));
            inputs.put(StepInputs.FRACTIONS, epoch.schedule().fractions(m.steps()));
            inputs.put(MinibatchGraph.DROPOUT, MinibatchRows.dropoutSeed(epoch.seed(), i));
            accumulated++;
            if (m.apply()) {
                HostTensor step = optimizer.step(shared + steps, accumulated);
                sum += apply.run(session, new ApplyFeeds(inputs, step)).loss();
                steps++;
                accumulated = 0;
            } else {
                sum += accumulate.run(session, new Feeds(inputs)).loss();
            }
        }
        if (accumulated > 0) {
            throw new IllegalStateException(
                    "the critic's plan ends with " + accumulated + " micro-batches that are not applied");
        }
        return plan.isEmpty() ? Map.of() : Map.of(MetricNames.CRITIC_REPLAY_LOSS, sum / plan.size());
    }

    /** The samples that are held, for a checkpoint, by name. */
    public Map<String, HostTensor> tensors() {
        return replay.tensors();
    }

    /** What else a checkpoint must hold. */
    public Map<String, Long> counters() {
        return Map.of(STEPS, steps, TAKEN, replay.taken());
    }

    /** Goes back to {@link #tensors} and {@link #counters} of a checkpoint. */
    public void restore(Map<String, HostTensor> tensors, ToLongFunction<String> counter) {
        replay.restore(tensors, counter.applyAsLong(TAKEN));
        steps = counter.applyAsLong(STEPS);
    }
}
