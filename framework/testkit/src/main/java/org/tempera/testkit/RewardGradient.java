package org.tempera.testkit;

import java.util.List;
import java.util.Map;
import org.tempera.core.reward.GraphRewards;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.reward.GraphReward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The scores of a reward in a sealed graph, with their gradients with respect to the images. Owns native memory. */
final class RewardGradient implements AutoCloseable {
    private final TrainingGraph graph = new TrainingGraph(0);
    private final GraphRewards built;
    private final Program<Feeds, Scores> scores;
    private final Program<Feeds, Gradient> gradient;
    private final TrainingSession session;

    record Feeds(HostTensor images, Map<String, int[]> tokens) {}

    record Scores(HostTensor scores) {}

    record Gradient(HostTensor gradient) {}

    /**
     * Builds the reward.
     *
     * @param shape of the images, {@code [batch, height, width, 3]}
     * @throws RuntimeException what building or differentiating it throws
     */
    RewardGradient(GraphReward reward, int... shape) {
        try {
            Operand<TFloat32> source = graph.floatInput("images", shape);
            built = new GraphRewards(graph, "score", source, Map.of("reward", reward));
            Operand<TFloat32> all = built.scores().values().iterator().next();
            var tf = graph.scope().tf();
            Operand<TFloat32> sum = tf.reduceSum(all, tf.constant(0));
            scores = Program.define("scores", Feeds.class, Scores.class)
                    .feed("images", source)
                    .feedMap("tokens", built.tokenInputs())
                    .fetch("scores", tf.identity(all))
                    .build();
            gradient = Program.define("gradient", Feeds.class, Gradient.class)
                    .feed("images", source)
                    .feedMap("tokens", built.tokenInputs())
                    .fetch("gradient", graph.gradients(sum, List.of(source)).get(0))
                    .build();
            session = graph.seal(ThreadSettings.forThisMachine());
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    /** Scores, {@code [batch]}. */
    float[] scores(HostTensor images, List<String> prompts) {
        return scores.run(session, new Feeds(images, built.tokens(prompts)))
                .scores()
                .data();
    }

    /** Gradients of the scores' sum with respect to the images, in their shape. */
    float[] gradient(HostTensor images, List<String> prompts) {
        return gradient.run(session, new Feeds(images, built.tokens(prompts)))
                .gradient()
                .data();
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
