package org.tempera.core.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.plan.Rehearsal;
import org.tempera.core.plan.RunPlan;
import org.tempera.core.plan.Work;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.workers.Group;
import org.tempera.graph.FreeMemory;
import org.tempera.graph.Program;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Minibatch;

/**
 * A run whose graph is built to tell what it takes, and that is not trained: no weights are read until it is rehearsed.
 * Owns native memory.
 */
public final class PlannedRun implements AutoCloseable {
    /** Seconds that a work is timed for, if it takes less. */
    private static final double ENOUGH = 1;

    private static final int MOST_RUNS = 25;

    private final Set<String> prompts;
    private final TrainingModel model;
    private final Map<Work, Program<?, ?>> works;
    private final RunPlan plan;
    private final List<String> warnings;

    /**
     * Builds the graph.
     *
     * @param spec of which the algorithm serves no other run
     * @throws UserException if the parts do not fit together, or its workers could not train it
     */
    public PlannedRun(TrainingSpec spec) {
        spec.check();
        warnings = spec.idle();
        prompts = Experience.prompts(spec);
        prompts.addAll(EvaluationPictures.prompts(spec));
        model = new TrainingModel(
                spec, workers(spec.run().cluster()), new RewardCombiner(spec.rewards(), spec.combination()));
        try {
            MemoryEstimate host = MemoryEstimate.of(spec, prompts.size() + 1)
                    .withGradients(model.learner().exchangedBytes());
            // An epoch that is too large for Java's heap is not made up for it.
            works = Works.of(spec, model, host.fitsHeap() ? planned(spec) : Optional.empty());
            int evaluations = evaluations(spec);
            plan = new RunPlan(
                    Planning.memory(spec, model, host, works.keySet()),
                    Planning.disk(spec, model, host, evaluations),
                    spec.run().epochs(),
                    evaluations,
                    model.scorer().onHost().stream().sorted().toList());
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /** One of them, or a process that is alone where no others are named. */
    static Group workers(ClusterSettings cluster) {
        return cluster.isMany() ? Group.planned(cluster.count(), cluster.index(), cluster.gradients()) : Group.alone();
    }

    private Optional<List<Minibatch>> planned(TrainingSpec spec) {
        List<String> numbers = new ArrayList<>();
        model.drawer().sampler().columns().forEach((name, shape) -> {
            if (shape.length == 1) {
                numbers.add(name);
            }
        });
        return PlannedUpdates.of(spec, numbers);
    }

    private static int evaluations(TrainingSpec spec) {
        int every = spec.evaluation().every();
        return every == 0 ? 0 : 1 + (spec.run().epochs() + every - 1) / every;
    }

    /** What it takes. */
    public RunPlan plan() {
        return plan;
    }

    /** What a person should know of its settings, as training says it. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Reads the weights and does every work once and again on zeros, as many side by side as the run computes: a long
     * one twice, a short one until a second is gone.
     *
     * @throws UserException if a file cannot be read
     */
    public Rehearsal rehearse() {
        long begin = System.nanoTime();
        model.load(prompts);
        double loading = since(begin);
        List<Rehearsal.Timed> timed = new ArrayList<>();
        works.forEach((work, program) -> timed.add(timed(work, program)));
        return new Rehearsal(
                loading,
                timed,
                FreeMemory.ofThisMachine().peakOf(ProcessHandle.current().pid()));
    }

    private Rehearsal.Timed timed(Work work, Program<?, ?> program) {
        double first = run(work, program, 1);
        double second = run(work, program, 1);
        int times = (int) Math.min(MOST_RUNS, ENOUGH / second);
        return new Rehearsal.Timed(work, first, times > 1 ? run(work, program, times) / times : second);
    }

    /** Lanes do not wait for each other between their times, as they do not in training. */
    private double run(Work work, Program<?, ?> program, int times) {
        long begin = System.nanoTime();
        model.lanes()
                .inOrder(
                        times * work.atATime(),
                        piece -> {
                            program.rehearse(model.session());
                            return piece;
                        },
                        (piece, done) -> {});
        return since(begin);
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    @Override
    public void close() {
        model.close();
    }
}
