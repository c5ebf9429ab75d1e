package org.tempera.core.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.tempera.base.random.StatelessRandom;
import org.tempera.core.reward.ImageScorer;
import org.tempera.core.reward.ScoreFailure;
import org.tempera.core.reward.ScoreFailures;
import org.tempera.core.rollout.RolloutCollector;
import org.tempera.spi.HostTensor;
import org.tempera.spi.PlainFields;

/**
 * Scores an epoch's samples while it is drawn: rewards in the graph by the lane that drew the batch, host rewards in
 * the collector's thread, beside the drawing of the batches after it.
 */
final class Scoring implements RolloutCollector.BatchListener<ImageScorer.Scored, SampleScores> {
    private final TrainingModel model;
    private final Set<String> rewards;
    private final long seed;
    private final int epoch;
    private final int samples;
    private final Map<String, float[]> scores = new LinkedHashMap<>();
    private final ScoreFailures failures = new ScoreFailures();
    private final AtomicLong inGraph = new AtomicLong();
    private RunListener listener = new RunListener() {};

    /** @param rewards names of those that score; empty where samples are not scored */
    Scoring(TrainingModel model, Set<String> rewards, long seed, int epoch, int samples) {
        this.model = model;
        this.rewards = rewards;
        this.seed = seed;
        this.epoch = epoch;
        this.samples = samples;
    }

    @Override
    public ImageScorer.Scored drawn(int firstSample, List<String> prompts, HostTensor latents) {
        long begin = System.nanoTime();
        ImageScorer.Scored scored = model.scorer().inGraph(model.session(), latents, prompts);
        inGraph.addAndGet(System.nanoTime() - begin);
        return scored;
    }

    @Override
    public SampleScores finished(int firstSample, List<String> prompts, ImageScorer.Scored found) {
        long[] seeds = seeds(seed, epoch, firstSample, prompts.size());
        ImageScorer.Scored scored = model.scorer().onHost(found, prompts, seeds);
        return new SampleScores(scored.scores(), ScoreFailure.of(scored, prompts, firstSample, samples));
    }

    @Override
    public void taken(int firstSample, List<String> prompts, SampleScores found) {
        failures.add(found.failures());
        put(scores, samples, firstSample, found.scores());
        listener.batchDrawn(epoch + 1, firstSample + prompts.size(), samples);
    }

    @Override
    public Map<String, Object> plain(SampleScores found) {
        return SampleScores.state(found.scores(), found.failures());
    }

    @Override
    public SampleScores of(PlainFields plain) {
        return SampleScores.of(plain);
    }

    /** The same, which tells a listener of each batch. */
    Scoring followedBy(RunListener follower) {
        listener = follower;
        return this;
    }

    /** Names of the rewards. */
    Set<String> rewards() {
        return rewards;
    }

    /** By reward, {@code [sample]}. */
    Map<String, float[]> scores() {
        return scores;
    }

    /** One for each score that is not finite. */
    List<ScoreFailure> failures() {
        return failures.list();
    }

    /** What was scored up to here, as plain data. */
    Map<String, Object> state() {
        return SampleScores.state(scores, failures.list());
    }

    /** Takes back what {@link #state} gave. */
    void restore(PlainFields state) {
        SampleScores before = SampleScores.of(state);
        scores.putAll(before.scores());
        failures.add(before.failures());
    }

    /** Time that the rewards of the graph took of the rollout, by the wall clock. */
    double seconds() {
        return inGraph.get() / 1e9 / model.lanes().count();
    }

    /** Identities of samples for host rewards. */
    static long[] seeds(long seed, long stream, int first, int count) {
        long[] seeds = new long[count];
        for (int i = 0; i < count; i++) {
            seeds[i] = StatelessRandom.seed(seed, stream, first + i);
        }
        return seeds;
    }

    /** Puts a batch's scores among all; a last batch may be longer than what is left. */
    static void put(Map<String, float[]> all, int total, int first, Map<String, float[]> batch) {
        batch.forEach((name, values) -> {
            float[] to = all.computeIfAbsent(name, k -> new float[total]);
            System.arraycopy(values, 0, to, first, Math.min(values.length, total - first));
        });
    }
}
