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
import org.tempera.core.reward.ScoreFailures;
import org.tempera.core.rollout.SampleNoise;
import org.tempera.core.rollout.Sampler;
import org.tempera.core.workers.Parcel;
import org.tempera.core.workers.Piecework;
import org.tempera.record.image.RgbImage;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.record.metrics.SignNames;

/** Draws pictures with the present weights, or those that follow them, and scores them; changes nothing. */
final class EvaluationPictures implements Evaluator.Pictures {
    /** Stands in an epoch's place where noise is drawn. */
    static final long STREAM = -2;

    private final TrainingSpec spec;
    private final TrainingModel model;
    private final RewardCombiner combiner;

    EvaluationPictures(TrainingSpec spec, TrainingModel model, RewardCombiner combiner) {
        this.spec = spec;
        this.model = model;
        this.combiner = combiner;
    }

    @Override
    public List<String> prompts() {
        return prompts(spec);
    }

    /** The prompts that a run's evaluations draw. */
    static List<String> prompts(TrainingSpec spec) {
        List<String> known = spec.evaluationPrompts();
        return spec.evaluator()
                .prompts(IntStream.range(0, spec.evaluation().samples())
                        .mapToObj(i -> known.get(i % known.size()))
                        .toList());
    }

    @Override
    public long seed() {
        return spec.evaluation().seed();
    }

    @Override
    public Evaluation draw(int epoch, List<String> asked, long seed) {
        int n = asked.size();
        int batch = model.evaluationDrawer().batch();
        List<RgbImage> pictures = new ArrayList<>();
        Map<String, float[]> rewards = new LinkedHashMap<>();
        Map<String, float[]> gold = new LinkedHashMap<>();
        ScoreFailures failures = new ScoreFailures();
        Map<String, double[]> signs = new LinkedHashMap<>();
        model.workers().inOrder((n + batch - 1) / batch, new Piecework<ImageScorer.Scored, EvaluatedBatch>() {
            @Override
            public ImageScorer.Scored work(int b) {
                return EvaluationPictures.this.draw(asked, seed, b);
            }

            @Override
            public EvaluatedBatch finish(int b, ImageScorer.Scored drawn) {
                int first = b * batch;
                List<String> prompts = prompts(asked, b);
                long[] seeds = Scoring.seeds(seed, STREAM, first, batch);
                ImageScorer.Scored scored = model.scorer().onHost(drawn, prompts, seeds);
                return EvaluatedBatch.of(
                        scored,
                        model.gold().map(g -> g.score(model.session(), scored.images(), prompts, seeds)),
                        ScoreFailure.of(scored, prompts, first, n),
                        Math.min(batch, n - first),
                        spec.evaluation().imageStatistics());
            }

            @Override
            public Parcel pack(EvaluatedBatch done) {
                return Parcel.of(done.state());
            }

            @Override
            public EvaluatedBatch unpack(Parcel parcel) {
                return EvaluatedBatch.of(parcel.fields());
            }

            @Override
            public void take(int b, EvaluatedBatch done) {
                int first = b * batch;
                failures.add(done.scores().failures());
                Scoring.put(rewards, n, first, done.scores().scores());
                Scoring.put(gold, n, first, done.gold());
                pictures.addAll(done.pictures());
                done.signs()
                        .forEach((name, x) -> System.arraycopy(
                                x, 0, signs.computeIfAbsent(name, s -> new double[n]), first, x.length));
            }
        });
        model.steepness()
                .ifPresent(s -> signs.put(
                        SignNames.STEEPNESS,
                        combiner.scaledBy(rewards, () -> s.of(model.session(), model.workers(), pictures, asked))));
        return new Evaluation(
                epoch,
                List.copyOf(asked),
                seed,
                pictures,
                combiner.evaluated(asked, rewards, failures.list()),
                rewards,
                Optional.ofNullable(gold.get(ScoreNames.GOLD)),
                failures.list(),
                signs);
    }

    private ImageScorer.Scored draw(List<String> asked, long seed, int number) {
        List<String> prompts = prompts(asked, number);
        Sampler.Batch drawn = model.evaluationDrawer()
                .draw(
                        model.session(),
                        prompts,
                        new SampleNoise(spec.policy().shape(), seed, STREAM, samples(asked.size(), number)),
                        model.lanes().stop());
        return model.scorer().inGraph(model.session(), drawn.last(), prompts);
    }

    /** The last batch is filled up with repetitions, which are left out of what it gives. */
    private int[] samples(int count, int number) {
        int[] samples = new int[model.evaluationDrawer().batch()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.min(number * samples.length + i, count - 1);
        }
        return samples;
    }

    private List<String> prompts(List<String> asked, int number) {
        List<String> prompts = new ArrayList<>();
        for (int sample : samples(asked.size(), number)) {
            prompts.add(asked.get(sample));
        }
        return prompts;
    }
}
