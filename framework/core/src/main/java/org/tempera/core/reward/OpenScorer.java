package org.tempera.core.reward;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.graph.TrainingGraph;
import org.tempera.core.graph.TrainingSession;
import org.tempera.core.image.RgbImage;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.Reward;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Scores pictures one by one as they come, under one reward whose graph is kept: the first picture of a size takes as long as
 * building and loading do, the next ones a run. Owns native memory: the reward's weights, for each of the two sizes that were
 * asked for last. May be used by several threads, one after the other.
 */
public final class OpenScorer implements AutoCloseable {
    private static final int SIZES = 2;

    private final String name;
    private final Reward reward;
    private final ThreadSettings threads;
    private final Map<List<Integer>, Built> built = new LinkedHashMap<>(SIZES, 1, true);
    private boolean closed;

    /** A scorer of a reward that is called {@code name} in messages. */
    public OpenScorer(String name, Reward reward, ThreadSettings threads) {
        this.name = name;
        this.reward = reward;
        this.threads = threads;
    }

    /**
     * Scores a picture; higher is better.
     *
     * @param prompt what it was asked to show; looked at by rewards that read prompts
     * @return NaN where the reward gives it
     * @throws UserException if the reward fails
     * @throws IllegalStateException if this is closed
     */
    public synchronized float score(RgbImage image, String prompt) {
        if (closed) {
            throw new IllegalStateException("the scorer of reward '" + name + "' is closed");
        }
        List<Integer> size = List.of(image.height(), image.width());
        Built graph = built.get(size);
        if (graph == null) {
            if (built.size() == SIZES) {
                Iterator<Built> leastRecent = built.values().iterator();
                leastRecent.next().close();
                leastRecent.remove();
            }
            graph = new Built(image.height(), image.width());
            built.put(size, graph);
        }
        return graph.score(image, prompt);
    }

    @Override
    public synchronized void close() {
        closed = true;
        built.values().forEach(Built::close);
        built.clear();
    }

    /** The reward in a graph of one size. */
    private final class Built {
        private final TrainingGraph graph = new TrainingGraph(0);
        private final ImageScorer scorer;
        private final TrainingSession session;

        Built(int height, int width) {
            try {
                Operand<TFloat32> input = graph.floatInput("picture", 1, height, width, 3);
                scorer = new ImageScorer(graph, "score", input, scope -> input, Map.of(name, reward));
                session = graph.seal(threads);
            } catch (RuntimeException | Error e) {
                graph.close();
                throw e;
            }
        }

        float score(RgbImage image, String prompt) {
            List<String> prompts = List.of(prompt);
            long[] seeds = {0};
            ImageScorer.Scored scored =
                    scorer.onHost(scorer.inGraph(session, image.toTensor(), prompts), prompts, seeds);
            scored.thrown().values().stream()
                    .flatMap(byRow -> byRow.values().stream())
                    .forEach(thrown -> {
                        throw thrown instanceof UserException
                                ? thrown
                                : new UserException("reward '" + name + "' failed: " + thrown, thrown);
                    });
            return scored.scores().values().iterator().next()[0];
        }

        void close() {
            session.close();
            graph.close();
        }
    }
}
