package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.plan.Work;
import org.tempera.core.rollout.Sampler;
import org.tempera.graph.Program;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;

/**
 * What a run has TensorFlow compute, how often, and the program of each. Of several workers it is what the one does
 * that has the most to do, for which the others wait.
 */
final class Works {
    private final TrainingSpec spec;
    private final TrainingModel model;
    private final ClusterSettings cluster;
    private final Map<Work, Program<?, ?>> all = new LinkedHashMap<>();

    private Works(TrainingSpec spec, TrainingModel model) {
        this.spec = spec;
        this.model = model;
        cluster = spec.run().cluster();
    }

    /**
     * Each work with its program.
     *
     * @param plan the micro-batches of an epoch, where they are known
     */
    static Map<Work, Program<?, ?>> of(TrainingSpec spec, TrainingModel model, Optional<List<Minibatch>> plan) {
        Works works = new Works(spec, model);
        works.addSampling();
        works.addEvaluation();
        works.addTraining(plan);
        return works.all;
    }

    private void addSampling() {
        int batch = model.scorer().batch();
        long batches =
                spec.learnsFromChoices() ? 0 : cluster.share(spec.sampling().batchesPerEpoch());
        int steps = spec.sampling().steps();
        Sampler sampler = model.drawer().sampler();
        add("sampling", "a step of a batch", batch, known(batches * steps), evaluated() * steps, sampler.fullestStep());
        model.encodedPictures()
                .ifPresent(pictures -> add(
                        "sampling",
                        "latents of a picture",
                        1,
                        known(2L * cluster.share(spec.sampling().samplesPerEpoch() / 2)),
                        0,
                        pictures.program()));
        add(
                "reward",
                "pictures and scores of a batch",
                batch,
                known(batches),
                evaluated(),
                model.scorer().program());
    }

    private void addEvaluation() {
        int batch = model.scorer().batch();
        model.gold()
                .ifPresent(gold ->
                        add("evaluation", "gold scores of a batch", batch, known(0), evaluated(), gold.program()));
        model.steepness()
                .ifPresent(steepness ->
                        add("evaluation", "steepness at a batch", batch, known(0), evaluated(), steepness.program()));
    }

    private void addTraining(Optional<List<Minibatch>> plan) {
        int batch = spec.algorithm().batchSize();
        add(
                "training",
                "gradients of a micro-batch",
                batch,
                plan.map(p -> known(microBatches(p))).orElse(OptionalLong.empty()),
                0,
                model.learner().micro());
        addAlone(
                "the optimiser's step",
                1,
                plan.map(p -> known(p.stream().filter(Minibatch::apply).count()))
                        .orElse(OptionalLong.empty()),
                model.learner().step());
        model.learner()
                .refit()
                .ifPresent(refit -> addAlone(
                        "an update of the critic alone",
                        batch,
                        plan.isEmpty() ? OptionalLong.empty() : refits(),
                        refit.program()));
    }

    /** How often the critic is fitted alone once as many samples are kept as ever are. */
    private OptionalLong refits() {
        EpochShape epoch = spec.epoch();
        EpochShape kept = new EpochShape(spec.algorithm().replayedSamples(), epoch.steps(), epoch.stochasticSteps(), 1);
        return OptionalLong.of(
                spec.algorithm().replayPlan(kept, spec.run().seed()).size());
    }

    /** The micro-batches are shared out update by update. */
    private long microBatches(List<Minibatch> plan) {
        long own = 0;
        int ofUpdate = 0;
        for (Minibatch m : plan) {
            ofUpdate++;
            if (m.apply()) {
                own += cluster.share(ofUpdate);
                ofUpdate = 0;
            }
        }
        return own;
    }

    /** Batches of an evaluation. */
    private long evaluated() {
        int batch = model.scorer().batch();
        return spec.evaluation().every() == 0
                ? 0
                : cluster.share((spec.evaluation().samples() + batch - 1) / batch);
    }

    private static OptionalLong known(long count) {
        return OptionalLong.of(count);
    }

    private void add(
            String phase, String name, int rows, OptionalLong perEpoch, long perEvaluation, Program<?, ?> program) {
        put(phase, name, rows, model.lanes().count(), perEpoch, perEvaluation, program);
    }

    /** One that only runs by itself. */
    private void addAlone(String name, int rows, OptionalLong perEpoch, Program<?, ?> program) {
        put("training", name, rows, 1, perEpoch, 0, program);
    }

    private void put(
            String phase,
            String name,
            int rows,
            int atATime,
            OptionalLong perEpoch,
            long perEvaluation,
            Program<?, ?> program) {
        all.put(new Work(phase, name, rows, atATime, perEpoch, perEvaluation, program.peakBytes()), program);
    }
}
