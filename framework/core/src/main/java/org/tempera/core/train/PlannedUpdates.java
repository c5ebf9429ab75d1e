package org.tempera.core.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.tempera.core.config.RewardRole;
import org.tempera.core.learn.CheckedAlgorithm;
import org.tempera.core.rollout.Schedule;
import org.tempera.spi.algorithm.EpochColumns;
import org.tempera.spi.algorithm.EpochShape;
import org.tempera.spi.algorithm.Minibatch;
import org.tempera.spi.algorithm.RewardTable;

/** Asks an algorithm for the micro-batches of an epoch before there is one: with zeros for what sampling computes. */
final class PlannedUpdates {
    /** The fractional part of the golden ratio: scores that all differ. */
    private static final float APART = 0.618034f;

    private PlannedUpdates() {}

    /**
     * The plan of an epoch in which all scores differ; empty where the algorithm makes none of such numbers. It keeps
     * what it was told as after an epoch, and is good for no other run.
     *
     * @param columns names of the numbers that every step of a sample has
     */
    static Optional<List<Minibatch>> of(TrainingSpec spec, List<String> columns) {
        try {
            CheckedAlgorithm algorithm = CheckedAlgorithm.of(spec.algorithm());
            EpochShape shape = spec.epoch();
            algorithm.prepare(columns(spec, columns, shape), rewards(spec, shape.samples()));
            return Optional.of(algorithm.plan(shape, spec.run().seed()));
        } catch (RuntimeException e) {
            // No run gives such numbers, and it may take them as it likes; what is wrong with it fails in training,
            // too.
            LoggerFactory.getLogger(PlannedUpdates.class).debug("no plan of an epoch of made-up scores", e);
            return Optional.empty();
        }
    }

    private static EpochColumns columns(TrainingSpec spec, List<String> names, EpochShape shape) {
        Schedule schedule = spec.schedule(0);
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < shape.samples(); i++) {
            prompts.add(spec.prompts()
                    .get(i
                            / Math.max(1, shape.samplesPerPrompt())
                            % spec.prompts().size()));
        }
        Map<String, float[][]> zeros = new LinkedHashMap<>();
        names.forEach(name -> zeros.put(name, new float[shape.samples()][shape.steps()]));
        return new EpochColumns(
                prompts,
                spec.learnsFromChoices()
                        ? new float[0]
                        : schedule.trajectory().timesteps().clone(),
                shape.stochasticSteps(),
                spec.policy().shape().latentSize(),
                zeros);
    }

    private static RewardTable rewards(TrainingSpec spec, int samples) {
        Map<String, Double> weights = new LinkedHashMap<>();
        spec.rewards().forEach(r -> weights.put(r.name(), r.settings().weight()));
        Map<String, float[]> trained = scores(spec.rewardsOf(RewardRole.TRAIN), samples);
        weights.keySet().retainAll(trained.keySet());
        return new RewardTable(
                scores(samples),
                trained,
                weights,
                scores(spec.rewardsOf(RewardRole.CONSTRAINT), samples),
                scores(spec.rewardsOf(RewardRole.LOGGED), samples),
                new boolean[samples]);
    }

    private static Map<String, float[]> scores(List<String> names, int samples) {
        Map<String, float[]> all = new LinkedHashMap<>();
        names.forEach(name -> all.put(name, scores(samples)));
        return all;
    }

    private static float[] scores(int samples) {
        float[] scores = new float[samples];
        for (int i = 0; i < samples; i++) {
            scores[i] = i * APART % 1;
        }
        return scores;
    }
}
