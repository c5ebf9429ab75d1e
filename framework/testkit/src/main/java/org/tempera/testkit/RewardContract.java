package org.tempera.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tempera.core.graph.Program;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.reward.GraphRewards;
import org.tempera.core.reward.ImageScorer;
import org.tempera.spi.HostTensor;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

/**
 * What every reward plugin must hold to. Extend it beside the plugin, say which provider and with which config, and run
 * it as any TestNG test:
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

    record Feeds(HostTensor images, Map<String, int[]> tokens) {}

    record Fetches(HostTensor gradient) {}

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

    /** What the test images were asked to show, three prompts. */
    protected List<String> prompts() {
        return List.of("a cat", "two dogs in the sun", "");
    }

    @Test
    public void scoresAreFinite() {
        float[] scores = score(create(), images(BATCH), prompts());
        for (int i = 0; i < BATCH; i++) {
            assertThat(Float.isFinite(scores[i]))
                    .withFailMessage(
                            "image %d of plain noise in [0,1] scores %s. A score must be finite for every image: look"
                                    + " for divisions by zero, logarithms and square roots of what may be zero.",
                            i, scores[i])
                    .isTrue();
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
    public void scoreDoesNotDependOnTheBatch() {
        HostTensor images = images(BATCH);
        float[] together = score(create(), images, prompts());
        for (int i = 0; i < BATCH; i++) {
            float alone = score(create(), images.rows(i, i + 1), prompts().subList(i, i + 1), i)[0];
            assertThat(Math.abs((double) alone - together[i]))
                    .withFailMessage(
                            "image %d scores %s in a batch of %d and %s alone. A score must not depend on the other"
                                    + " images of its batch: reduce over the axes 1, 2 and 3 only, never over axis 0.",
                            i, together[i], BATCH, alone)
                    .isLessThanOrEqualTo(TOLERANCE * Math.max(1, Math.abs(together[i])));
        }
    }

    @Test
    public void buildsTwiceInOneGraph() {
        Map<String, Reward> twice = new LinkedHashMap<>();
        twice.put("first", create());
        twice.put("second", create());
        Map<String, float[]> scores;
        try {
            scores = scoreAll(twice, images(BATCH), prompts(), 0);
        } catch (IllegalArgumentException | IllegalStateException e) {
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
                    .isPositive()
                    .isFinite();
        } else {
            assertThat(largest)
                    .withFailMessage("differentiable() is false, but the score has a gradient with respect to the"
                            + " images. Return true, or stop it with tf.stopGradient.")
                    .isZero();
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
        float[] scores =
                scoreAll(Map.of("reward", reward), images, prompts, firstSeed).getOrDefault("reward", new float[0]);
        assertThat(scores)
                .withFailMessage(
                        "%d images got %d scores; a reward must give one score an image, shape [batch].",
                        images.size(0), scores.length)
                .hasSize(images.size(0));
        return scores;
    }

    private static Map<String, float[]> scoreAll(
            Map<String, Reward> rewards, HostTensor images, List<String> prompts, long firstSeed) {
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> source = graph.floatInput("images", images.shape());
            ImageScorer scorer = new ImageScorer(graph, "score", source, scope -> source, rewards);
            long[] seeds = new long[images.size(0)];
            for (int i = 0; i < seeds.length; i++) {
                seeds[i] = firstSeed + i;
            }
            try (TrainingSession session = graph.seal(ThreadSettings.forThisMachine())) {
                return scorer.score(session, images, prompts, seeds).scores();
            }
        }
    }

    private double largestGradient(GraphReward reward) {
        HostTensor images = images(BATCH);
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Operand<TFloat32> source = graph.floatInput("images", images.shape());
            GraphRewards built = new GraphRewards(graph, "score", source, Map.of("reward", reward));
            Operand<TFloat32> sum = graph.scope()
                    .tf()
                    .reduceSum(
                            built.scores().values().iterator().next(),
                            graph.scope().tf().constant(0));
            Operand<TFloat32> gradient;
            try {
                gradient = graph.gradients(sum, List.of(source)).get(0);
            } catch (RuntimeException e) {
                if (reward.differentiable()) {
                    fail("differentiable() is true, but TensorFlow cannot differentiate the score: " + e.getMessage());
                }
                return 0;
            }
            Program<Feeds, Fetches> program = Program.define("gradient", Feeds.class, Fetches.class)
                    .feed("images", source)
                    .feedMap("tokens", built.tokenInputs())
                    .fetch("gradient", gradient)
                    .build();
            try (TrainingSession session = graph.seal(ThreadSettings.forThisMachine())) {
                double largest = 0;
                for (float g : program.run(session, new Feeds(images, built.tokens(prompts())))
                        .gradient()
                        .data()) {
                    // NaN must not look like zero.
                    largest = Float.isNaN(g) ? Double.POSITIVE_INFINITY : Math.max(largest, Math.abs(g));
                }
                return largest;
            }
        }
    }
}
