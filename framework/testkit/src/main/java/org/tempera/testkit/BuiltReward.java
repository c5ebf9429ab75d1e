package org.tempera.testkit;

import java.util.List;
import java.util.Map;
import org.tempera.core.reward.ImageScorer;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.reward.Reward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A reward in a sealed graph of its own, as training has it; scores batches of one size. Owns native memory. */
final class BuiltReward implements AutoCloseable {
    private static final String NAME = "reward";

    private final TrainingGraph graph = new TrainingGraph(0);
    private final ImageScorer scorer;
    private final TrainingSession session;

    /** @param shape of the images, {@code [batch, height, width, 3]} */
    BuiltReward(Reward reward, int... shape) {
        try {
            Operand<TFloat32> source = graph.floatInput("images", shape);
            scorer = new ImageScorer(graph, "score", source, scope -> source, Map.of(NAME, reward));
            session = graph.seal(ThreadSettings.forThisMachine());
        } catch (RuntimeException e) {
            graph.close();
            throw new AssertionError("the reward cannot be built into a graph: " + e.getMessage(), e);
        }
    }

    /**
     * Scores one batch, {@code [batch]}.
     *
     * @param seeds identify the samples, one for each image
     */
    float[] score(HostTensor images, List<String> prompts, long... seeds) {
        try {
            return scorer.score(session, images, prompts, seeds).scores().getOrDefault(NAME, new float[0]);
        } catch (RuntimeException e) {
            throw new AssertionError("the reward cannot score " + images.size(0) + " images: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }
}
