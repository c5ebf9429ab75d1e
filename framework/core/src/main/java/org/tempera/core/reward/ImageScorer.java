package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.tempera.graph.Divergence;
import org.tempera.graph.Program;
import org.tempera.graph.StopSignal;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.HostTensor;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Scores a batch under every reward: the images are made in the graph (decoded latents, or fed pixels) and all graph
 * rewards are fetched in the same run, so the images never leave the device in between; host rewards then see the
 * pixels.
 */
public final class ImageScorer {
    private final int batch;
    private final GraphRewards graphRewards;
    private final Map<String, HostScorer> hostRewards = new LinkedHashMap<>();
    private final Program<ScoreFeeds, ScoreFetches> program;

    record ScoreFeeds(HostTensor source, Map<String, int[]> tokens) {}

    record ScoreFetches(HostTensor images, Map<String, HostTensor> scores) {}

    /**
     * A scored batch.
     *
     * @param images RGB in [0,1], {@code [batch, height, width, 3]}
     * @param scores by reward, each {@code [batch]}
     * @param thrown by host reward what it threw, by row; the score is NaN there
     */
    public record Scored(
            HostTensor images, Map<String, float[]> scores, Map<String, Map<Integer, RuntimeException>> thrown) {}

    /** Builds rewards that may take any time. */
    public ImageScorer(
            TrainingGraph graph,
            String name,
            Operand<TFloat32> source,
            Function<GraphScope, Operand<TFloat32>> images,
            Map<String, Reward> rewards) {
        this(graph, name, source, images, rewards, reward -> 0, new StopSignal());
    }

    /**
     * Builds the rewards.
     *
     * @param source input that batches are fed to, batch first
     * @param images turns it into images {@code [batch, height, width, 3]} in [0,1]
     * @param timeLimits seconds that a host reward may take for a batch, by its name; 0 for any time
     * @param stop ends a host reward that is waited for
     */
    public ImageScorer(
            TrainingGraph graph,
            String name,
            Operand<TFloat32> source,
            Function<GraphScope, Operand<TFloat32>> images,
            Map<String, Reward> rewards,
            ToDoubleFunction<String> timeLimits,
            StopSignal stop) {
        batch = (int) source.shape().get(0);
        GraphScope scope = graph.scope().child(name);
        Operand<TFloat32> built = images.apply(scope);
        Map<String, GraphReward> inGraph = new LinkedHashMap<>();
        rewards.forEach((rewardName, reward) -> {
            if (reward instanceof GraphReward g) {
                inGraph.put(rewardName, g);
            } else if (reward instanceof HostReward h) {
                hostRewards.put(rewardName, new HostScorer(rewardName, h, timeLimits.applyAsDouble(rewardName), stop));
            }
        });
        graphRewards = new GraphRewards(graph, name, built, inGraph);
        // An identity, since TensorFlow refuses to fetch what is fed.
        program = Program.define(name, ScoreFeeds.class, ScoreFetches.class)
                .feed("source", source)
                .feedMap("tokens", graphRewards.tokenInputs())
                .fetch("images", scope.tf().identity(built))
                .fetchMap("scores", graphRewards.scores())
                .build();
    }

    /** Floating-point operations of one batch. */
    public double operationsPerBatch() {
        return program.floatingPointOperations();
    }

    /** About how many bytes the tensors of a batch take at its fullest moment, weights not included. */
    public long peakBytes() {
        return program.peakBytes();
    }

    /** What TensorFlow computes for a batch. */
    public Program<?, ?> program() {
        return program;
    }

    /** What each reward in the graph that looks at the prompts reads them with. */
    public Map<String, PromptTokenizer> tokenizers() {
        return graphRewards.tokenizers();
    }

    /** Names of the rewards that are computed on the host. */
    public Set<String> onHost() {
        return Set.copyOf(hostRewards.keySet());
    }

    /** Images at a time. */
    public int batch() {
        return batch;
    }

    /**
     * Scores one batch under every reward.
     *
     * @param source rows of the source, exactly {@link #batch} of them
     * @param prompts one for each row
     * @param seeds identify the samples for host rewards, one for each row
     * @throws RuntimeException what a host reward throws
     */
    public Scored score(TrainingSession session, HostTensor source, List<String> prompts, long[] seeds) {
        Scored scored = onHost(inGraph(session, source, prompts), prompts, seeds);
        scored.thrown().values().forEach(byRow -> byRow.values().forEach(thrown -> {
            throw thrown;
        }));
        return scored;
    }

    /**
     * The images of a batch, and their scores under the rewards of the graph. For use by several threads.
     *
     * @param source rows of the source, exactly {@link #batch} of them
     * @param prompts one for each row
     * @throws Divergence if the images are not finite
     */
    public Scored inGraph(TrainingSession session, HostTensor source, List<String> prompts) {
        ScoreFetches out = program.run(session, new ScoreFeeds(source, graphRewards.tokens(prompts)));
        if (!Divergence.isFinite(out.images().data())) {
            throw Divergence.ofPictures();
        }
        Map<String, float[]> scores = new LinkedHashMap<>();
        out.scores().forEach((name, value) -> scores.put(name, value.data()));
        return new Scored(out.images(), scores, Map.of());
    }

    /**
     * Adds the scores of host rewards, which are not called by several threads at a time. What they throw is noted.
     *
     * @param images what {@link #inGraph} gave
     * @param seeds identify the samples, one for each image
     */
    public Scored onHost(Scored images, List<String> prompts, long[] seeds) {
        Map<String, float[]> scores = new LinkedHashMap<>(images.scores());
        Map<String, Map<Integer, RuntimeException>> thrown = new LinkedHashMap<>();
        if (!hostRewards.isEmpty()) {
            List<HostReward.Sample> samples = samples(images.images(), prompts, seeds);
            hostRewards.forEach((name, reward) -> {
                HostScorer.Outcome outcome = reward.score(samples);
                scores.put(name, outcome.scores());
                if (!outcome.thrown().isEmpty()) {
                    thrown.put(name, outcome.thrown());
                }
            });
        }
        return new Scored(images.images(), scores, thrown);
    }

    private static List<HostReward.Sample> samples(HostTensor images, List<String> prompts, long[] seeds) {
        int height = images.size(1);
        int width = images.size(2);
        List<HostReward.Sample> samples = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            // The bytes of the file that the picture would be written to.
            byte[] rgb = RgbImage.of(images, i).bytes();
            samples.add(new HostReward.Sample(prompts.get(i), height, width, rgb, seeds[i]));
        }
        return samples;
    }
}
