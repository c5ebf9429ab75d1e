package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicReference;
import org.tempera.core.reward.GraphRewards;
import org.tempera.core.reward.ImageScorer;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/**
 * Checks what every reward plugin must hold to. Extend it in the plugin's tests, name the provider and a config, and
 * run it as any TestNG test:
 *
 * <pre>{@code
 * public class BrightnessRewardTest extends RewardContract<BrightnessReward.Config> {
 *     protected Class<BrightnessReward> providerType() { return BrightnessReward.class; }
 *     protected BrightnessReward.Config config() { return new BrightnessReward.Config(1); }
 * }
 * }</pre>
 *
 * @param <C> the plugin's configuration
 */
public abstract class RewardContract<C extends Record> extends ProviderContract<C, RewardProvider<C>> {
    private static final int BATCH = 3;
    private static final double TOLERANCE = 1e-4;
    private static final int ROUNDS = 200;

    /** Identities of the test images for host rewards. */
    private static final long[] SEEDS = {0, 1, 2};

    protected RewardContract() {
        super(RewardProvider.class);
    }

    /** Rows of the test images; override where the reward wants others. */
    protected int imageHeight() {
        return 16;
    }

    /** Columns of the test images; override where the reward wants others. */
    protected int imageWidth() {
        return 16;
    }

    /** The prompts of the three test images. */
    protected List<String> prompts() {
        return List.of("a cat", "two dogs in the sun", "");
    }

    /**
     * How far the gradient may be from finite differences, relative to its size; {@link Double#POSITIVE_INFINITY} where
     * it is meant to be another one, as that of a straight-through rounding.
     */
    protected double gradientTolerance() {
        return 0.1;
    }

    @Test
    public void scoresAreFinite() {
        Map<String, HostTensor> pictures = new LinkedHashMap<>();
        pictures.put("noise", images(BATCH));
        pictures.put("plain black", plain(0));
        pictures.put("plain grey", plain(0.5f));
        pictures.put("plain white", plain(1));
        try (BuiltReward built = built(create(), BATCH)) {
            pictures.forEach((what, images) -> {
                float[] scores = score(built, images, prompts(), SEEDS);
                for (int i = 0; i < BATCH; i++) {
                    assertThat(Float.isFinite(scores[i]))
                            .withFailMessage(
                                    "a picture of %s with the prompt '%s' scores %s. A score must be finite for every"
                                            + " image: look for divisions by zero, logarithms and square roots of what"
                                            + " may be zero.",
                                    what, prompts().get(i), scores[i])
                            .isTrue();
                }
            });
        }
    }

    @Test
    public void sameImagesGetTheSameScores() {
        assertThat(score(create(), images(BATCH), prompts()))
                .withFailMessage("the same images got other scores in a second graph. A reward must be deterministic:"
                        + " use no clock, no global random numbers and nothing that a former call left behind.")
                .isEqualTo(score(create(), images(BATCH), prompts()));
    }

    @Test
    public void scoresDoNotChangeBetweenCalls() {
        try (BuiltReward built = built(create(), BATCH)) {
            float[] first = score(built, images(BATCH), prompts(), SEEDS);
            float[] kept = first.clone();
            score(built, plain(1), List.of("", "a red ball", "a cat"), 7, 8, 9);
            assertThat(first)
                    .withFailMessage("the scores of a call changed when the next one was made: give a new array each"
                            + " time, not one that is kept and filled again.")
                    .isEqualTo(kept);
            assertThat(score(built, images(BATCH), prompts(), SEEDS))
                    .withFailMessage(
                            "the same images got other scores in a later call, after another batch. A reward must"
                                    + " keep nothing between calls that changes a score: no counters, no running means, no"
                                    + " random numbers of its own (a host reward may draw them from the sample's seed).")
                    .isEqualTo(kept);
        }
    }

    @Test
    public void scoreDoesNotDependOnTheBatch() {
        HostTensor images = images(BATCH);
        float[] together;
        double spread;
        try (BuiltReward built = built(create(), BATCH)) {
            together = score(built, images, prompts(), SEEDS);
            spread = spread(together, score(built, plain(1), prompts(), SEEDS));
            for (int i = 0; i < BATCH; i++) {
                HostTensor among = among(images, i);
                requireSame(
                        i,
                        together[i],
                        score(built, among, prompts(), SEEDS)[i],
                        spread,
                        "among plain white images. A score must not depend on the other images of its batch: reduce over"
                                + " the axes 1, 2 and 3 only, never over axis 0");
                List<String> others = new ArrayList<>(List.of("a boat", "seven green birds", "a tree at night"));
                others.set(i, prompts().get(i));
                requireSame(
                        i,
                        together[i],
                        score(built, images, others, SEEDS)[i],
                        spread,
                        "among images with other prompts. A score must depend on its own prompt alone: keep tokens,"
                                + " embeddings and images in the same order, and reduce over no axis 0");
            }
            float[] turned = score(
                    built,
                    HostTensor.stack(List.of(images.rows(2, 3), images.rows(1, 2), images.rows(0, 1)))
                            .reshape(images.shape()),
                    List.of(prompts().get(2), prompts().get(1), prompts().get(0)),
                    SEEDS[2],
                    SEEDS[1],
                    SEEDS[0]);
            for (int i = 0; i < BATCH; i++) {
                requireSame(
                        i,
                        together[i],
                        turned[BATCH - 1 - i],
                        spread,
                        "at another place of the same batch. A score must not depend on the order of the batch");
            }
        }
        for (int i = 0; i < BATCH; i++) {
            float alone = score(create(), images.rows(i, i + 1), prompts().subList(i, i + 1), i)[0];
            requireSame(
                    i,
                    together[i],
                    alone,
                    spread,
                    "alone. A score must not depend on the other images of its batch: reduce over the axes 1, 2 and 3"
                            + " only, never over axis 0");
        }
    }

    @Test
    public void hostRewardOnlyReadsItsInput() {
        if (!(create() instanceof HostReward reward)) {
            return;
        }
        List<HostReward.Sample> samples = samples();
        reward.score(samples);
        for (int i = 0; i < BATCH; i++) {
            assertThat(samples.get(i).rgb())
                    .withFailMessage(
                            "score() has changed the pixels of image %d. The next reward is given the same ones:"
                                    + " only read them, or work on a copy (rgb().clone()).",
                            i)
                    .isEqualTo(samples().get(i).rgb());
        }
    }

    @Test
    public void anyThreadMayAsk() throws InterruptedException {
        if (create() instanceof HostReward reward) {
            float[] here = reward.score(samples());
            assertThat(elsewhere(() -> reward.score(samples())))
                    .withFailMessage(
                            "another thread got other scores. A reward is asked by one thread at a time, but not"
                                    + " always by the same: keep nothing in a ThreadLocal.")
                    .isEqualTo(here);
        } else if (create() instanceof GraphReward reward) {
            requireTokensOfManyThreads(reward);
        }
    }

    @Test
    public void buildsTwiceInOneGraph() {
        Map<String, Reward> twice = new LinkedHashMap<>();
        twice.put("first", create());
        twice.put("second", create());
        Map<String, float[]> scores;
        try {
            scores = scoreAll(twice, images(BATCH), prompts());
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "two rewards of this kind cannot be built into one graph: " + e.getMessage()
                            + ". Name every parameter within the scope that build() is given, and keep no state.",
                    e);
        }
        assertThat(scores.get("first"))
                .withFailMessage("two rewards of one config in one graph give different scores.")
                .isEqualTo(scores.get("second"));
    }

    @Test
    public void hasAGradientExactlyIfItSaysSo() {
        if (!(create() instanceof GraphReward reward)) {
            return;
        }
        double largest = largestGradient(reward);
        if (reward.differentiable()) {
            assertThat(largest)
                    .withFailMessage("differentiable() is true, but the score's gradient with respect to the images is"
                            + " zero everywhere. Use differentiable operations (no argMax, round or integer casts on"
                            + " the way), or return false.")
                    .isPositive();
            assertThat(Double.isFinite(largest))
                    .withFailMessage(
                            "the score's gradient with respect to the images is infinite or no number. Look for"
                                    + " square roots, norms and divisions where what is under them may be zero.")
                    .isTrue();
        } else {
            assertThat(largest)
                    .withFailMessage("differentiable() is false, but the score has a gradient with respect to the"
                            + " images. Return true, or stop it with tf.stopGradient.")
                    .isZero();
        }
    }

    @Test
    public void gradientIsThatOfFiniteDifferences() {
        if (!(create() instanceof GraphReward reward) || !reward.differentiable()) {
            return;
        }
        try (RewardGradient gradient = new RewardGradient(reward, BATCH, imageHeight(), imageWidth(), 3)) {
            new FiniteDifferences(gradient, prompts(), imageHeight(), imageWidth(), gradientTolerance())
                    .fault()
                    .ifPresent(fault -> fail(fault));
        }
    }

    @Test
    public void provenanceNamesHashes() {
        requireHashes(create().provenance());
    }

    /** A reward of {@link #config()}. */
    protected final Reward create() {
        return provider().create(config());
    }

    /** Noise in [0,1], the same on every call: {@code [count, imageHeight, imageWidth, 3]}. */
    protected final HostTensor images(int count) {
        Random random = new Random(42);
        float[] rgb = new float[count * imageHeight() * imageWidth() * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = random.nextFloat();
        }
        return HostTensor.of(rgb, count, imageHeight(), imageWidth(), 3);
    }

    /** Scores as training computes them, in a graph of their own. */
    protected final float[] score(Reward reward, HostTensor images, List<String> prompts) {
        return score(reward, images, prompts, 0);
    }

    private static float[] score(Reward reward, HostTensor images, List<String> prompts, long firstSeed) {
        long[] seeds = new long[images.size(0)];
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = firstSeed + i;
        }
        try (BuiltReward built = new BuiltReward(reward, images.shape())) {
            return score(built, images, prompts, seeds);
        }
    }

    private static float[] score(BuiltReward built, HostTensor images, List<String> prompts, long... seeds) {
        float[] scores = built.score(images, prompts, seeds);
        assertThat(scores)
                .withFailMessage(
                        "%d images got %d scores; a reward must give one score an image, shape [batch].",
                        images.size(0), scores.length)
                .hasSize(images.size(0));
        return scores;
    }

    private BuiltReward built(Reward reward, int batch) {
        return new BuiltReward(reward, batch, imageHeight(), imageWidth(), 3);
    }

    private static Map<String, float[]> scoreAll(Map<String, Reward> rewards, HostTensor images, List<String> prompts) {
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> source = graph.floatInput("images", images.shape());
            ImageScorer scorer = new ImageScorer(graph, "score", source, scope -> source, rewards);
            try (TrainingSession session = graph.seal(ThreadSettings.forThisMachine())) {
                return scorer.score(session, images, prompts, SEEDS).scores();
            }
        }
    }

    /** Noise as host rewards are given it, the same on every call. */
    private List<HostReward.Sample> samples() {
        List<HostReward.Sample> samples = new ArrayList<>();
        Random random = new Random(42);
        for (int i = 0; i < BATCH; i++) {
            byte[] rgb = new byte[imageHeight() * imageWidth() * 3];
            random.nextBytes(rgb);
            samples.add(new HostReward.Sample(prompts().get(i), imageHeight(), imageWidth(), rgb, SEEDS[i]));
        }
        return List.copyOf(samples);
    }

    /** Images of one grey level. */
    private HostTensor plain(float level) {
        float[] rgb = new float[BATCH * imageHeight() * imageWidth() * 3];
        Arrays.fill(rgb, level);
        return HostTensor.of(rgb, BATCH, imageHeight(), imageWidth(), 3);
    }

    /** One of the images at its place among white ones. */
    private HostTensor among(HostTensor images, int row) {
        float[] rgb = plain(1).data();
        int size = rgb.length / BATCH;
        System.arraycopy(images.data(), row * size, rgb, row * size, size);
        return HostTensor.of(rgb, images.shape());
    }

    /** How far scores are apart. */
    private static double spread(float[]... scores) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (float[] some : scores) {
            for (float s : some) {
                low = Math.min(low, s);
                high = Math.max(high, s);
            }
        }
        return high - low;
    }

    private static void requireSame(int image, float expected, float found, double spread, String where) {
        assertThat(Math.abs((double) found - expected))
                .withFailMessage("image %d scores %s in its batch and %s %s.", image, expected, found, where)
                .isLessThanOrEqualTo(TOLERANCE * Math.max(spread, 0.1 * Math.abs(expected)));
    }

    /** What another thread gets. */
    private static float[] elsewhere(Callable<float[]> asked) throws InterruptedException {
        FutureTask<float[]> answer = new FutureTask<>(asked);
        new Thread(answer, "another-thread").start();
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new AssertionError("the reward cannot be asked by another thread: " + e.getCause(), e.getCause());
        }
    }

    /** Batches are drawn and scored by several threads, each of which tokenizes its prompts. */
    private void requireTokensOfManyThreads(GraphReward reward) throws InterruptedException {
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> source = graph.floatInput("images", BATCH, imageHeight(), imageWidth(), 3);
            GraphRewards built = new GraphRewards(graph, "score", source, Map.of("reward", reward));
            if (built.tokenInputs().isEmpty()) {
                return;
            }
            List<String> turned =
                    List.of(prompts().get(1), prompts().get(2), prompts().get(0));
            AtomicReference<String> fault = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            Phaser together = new Phaser(2);
            for (List<String> order : List.of(prompts(), turned)) {
                Map<String, int[]> right = built.tokens(order);
                Thread thread = new Thread(() -> {
                    try {
                        for (int i = 0; i < ROUNDS && fault.get() == null; i++) {
                            together.arriveAndAwaitAdvance();
                            Map<String, int[]> found = built.tokens(order);
                            if (!right.keySet().stream().allMatch(n -> Arrays.equals(right.get(n), found.get(n)))) {
                                fault.set("a prompt got other tokens");
                            }
                        }
                    } finally {
                        together.arriveAndDeregister();
                    }
                });
                thread.setUncaughtExceptionHandler((t, e) -> fault.set(e.toString()));
                threads.add(thread);
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(fault.get())
                    .withFailMessage(
                            "%s while several threads were tokenizing. Batches are scored side by side: a tokenizer must"
                                    + " keep no buffer or other state that its calls share.",
                            fault.get())
                    .isNull();
        }
    }

    private double largestGradient(GraphReward reward) {
        try (RewardGradient built = new RewardGradient(reward, BATCH, imageHeight(), imageWidth(), 3)) {
            double largest = 0;
            for (HostTensor images : List.of(images(BATCH), plain(0.5f))) {
                for (float g : built.gradient(images, prompts())) {
                    // NaN must not look like zero.
                    largest = Float.isNaN(g) ? Double.POSITIVE_INFINITY : Math.max(largest, Math.abs(g));
                }
            }
            return largest;
        } catch (RuntimeException e) {
            if (reward.differentiable()) {
                fail("differentiable() is true, but TensorFlow cannot differentiate the score: " + e.getMessage());
            }
            return 0;
        }
    }
}
