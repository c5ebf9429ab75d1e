package org.tempera.core.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tempera.core.reward.ImageScorer;
import org.tempera.core.reward.RewardCombiner;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.core.rollout.SampleNoise;
import org.tempera.core.rollout.Sampler;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.ScoreNames;

/** Samples fixed prompts from fixed noise with the present weights, and scores the pictures; changes nothing. */
final class Evaluator {
    /** Stands in an epoch's place where noise is drawn. */
    static final long STREAM = -2;

    private final TrainingSpec spec;
    private final TrainingModel model;
    private final RewardCombiner combiner;
    private final List<String> asked;

    Evaluator(TrainingSpec spec, TrainingModel model, RewardCombiner combiner) {
        this.spec = spec;
        this.model = model;
        this.combiner = combiner;
        asked = prompts(spec);
    }

    /** The prompts of an evaluation's samples. */
    static List<String> prompts(TrainingSpec spec) {
        List<String> all = spec.evaluationPrompts();
        return IntStream.range(0, spec.evaluation().samples())
                .mapToObj(i -> all.get(i % all.size()))
                .toList();
    }

    /**
     * Evaluates.
     *
     * @param epoch epochs that are complete
     * @throws org.tempera.graph.StopSignal.StoppedException if the lanes were asked to stop
     */
    Evaluation evaluate(int epoch) {
        int n = asked.size();
        int batch = model.evaluationDrawer().batch();
        long seed = spec.evaluation().seed();
        List<RgbImage> pictures = new ArrayList<>();
        Map<String, float[]> rewards = new LinkedHashMap<>();
        Map<String, float[]> gold = new LinkedHashMap<>();
        List<ScoreFailure> failures = new ArrayList<>();
        model.lanes().<ImageScorer.Scored>inOrder((n + batch - 1) / batch, this::draw, (b, drawn) -> {
            int first = b * batch;
            List<String> prompts = prompts(b);
            long[] seeds = Scoring.seeds(seed, STREAM, first, batch);
            ImageScorer.Scored scored = model.scorer().onHost(drawn, prompts, seeds);
            failures.addAll(ScoreFailure.of(scored, prompts, first, n));
            Scoring.put(rewards, n, first, scored);
            model.gold()
                    .map(g -> g.score(model.session(), scored.images(), prompts, seeds))
                    .ifPresent(g -> Scoring.put(gold, n, first, g));
            for (int i = 0; i < batch && first + i < n; i++) {
                pictures.add(RgbImage.of(scored.images(), i));
            }
        });
        return new Evaluation(
                epoch,
                asked,
                pictures,
                combiner.preview(asked, rewards, failures).reward(),
                rewards,
                Optional.ofNullable(gold.get(ScoreNames.GOLD)),
                failures);
    }

    private ImageScorer.Scored draw(int number) {
        List<String> prompts = prompts(number);
        Sampler.Batch drawn = model.evaluationDrawer()
                .draw(
                        model.session(),
                        prompts,
                        new SampleNoise(spec.policy().shape(), spec.evaluation().seed(), STREAM, samples(number)),
                        model.lanes().stop());
        return model.scorer().inGraph(model.session(), drawn.last(), prompts);
    }

    /** The last batch is filled up with repetitions, which are left out of what it gives. */
    private int[] samples(int number) {
        int[] samples = new int[model.evaluationDrawer().batch()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.min(number * samples.length + i, asked.size() - 1);
        }
        return samples;
    }

    private List<String> prompts(int number) {
        List<String> prompts = new ArrayList<>();
        for (int sample : samples(number)) {
            prompts.add(asked.get(sample));
        }
        return prompts;
    }
}
