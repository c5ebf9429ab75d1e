package org.tempera.core.reward;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;

/**
 * Scores pictures one by one as they come, under one reward whose graph is kept: the first picture of a size takes as
 * long as building and loading do, the next ones a run. Owns native memory: the reward's weights, for each of the two
 * sizes that were asked for last. May be used by several threads, one after the other.
 */
public final class OpenScorer implements AutoCloseable {
    private static final int SIZES = 2;

    private final String name;
    private final Reward reward;
    private final ThreadSettings threads;
    private final Precision precision;
    private final Secrets secrets;
    private final Optional<HostScorer> host;
    private final Map<ImageSize, Built> built = new LinkedHashMap<>(SIZES, 1, true);
    private boolean closed;

    /** A scorer, in float32, of a reward that is called {@code name} in messages. */
    public OpenScorer(String name, Reward reward, ThreadSettings threads) {
        this(name, reward, threads, Precision.FLOAT32, new Secrets());
    }

    /**
     * The same.
     *
     * @param precision what the reward's networks multiply with
     * @param secrets are in none of its failures
     */
    public OpenScorer(String name, Reward reward, ThreadSettings threads, Precision precision, Secrets secrets) {
        this.precision = precision;
        this.secrets = secrets;
        this.name = name;
        this.reward = reward;
        this.threads = threads;
        host = reward instanceof HostReward h
                ? Optional.of(new HostScorer(name, h, 0, new StopSignal()))
                : Optional.empty();
    }

    /**
     * Scores a picture; higher is better.
     *
     * @param prompt what it was asked to show; looked at by rewards that read prompts
     * @return NaN where the reward gives it
     * @throws UserException if the reward fails
     * @throws StopSignal.StoppedException if the thread is interrupted while a host reward is waited for; it stays
     *     interrupted, and the scorer goes on for others
     * @throws IllegalStateException if this is closed
     */
    public synchronized float score(RgbImage image, String prompt) {
        return MaskedFailure.within(secrets, () -> scored(image, prompt));
    }

    private float scored(RgbImage image, String prompt) {
        if (closed) {
            throw new IllegalStateException("the scorer of reward '" + name + "' is closed");
        }
        if (reward instanceof GraphReward inGraph) {
            return graph(inGraph, image.size()).score(image, prompt);
        }
        return onHost(image, prompt);
    }

    private Built graph(GraphReward inGraph, ImageSize size) {
        Built graph = built.get(size);
        if (graph == null) {
            if (built.size() == SIZES) {
                Iterator<Built> leastRecent = built.values().iterator();
                leastRecent.next().close();
                leastRecent.remove();
            }
            graph = new Built(inGraph, size);
            built.put(size, graph);
        }
        return graph;
    }

    private float onHost(RgbImage image, String prompt) {
        HostReward.Sample sample = new HostReward.Sample(prompt, image.height(), image.width(), image.bytes(), 0);
        // An interrupt gives the signal, which stays given: each call has its own.
        HostScorer.Outcome outcome = host.orElseThrow().until(new StopSignal()).score(List.of(sample));
        outcome.thrown().values().forEach(thrown -> {
            throw thrown instanceof UserException
                    ? thrown
                    : new UserException("reward '" + name + "' failed: " + thrown, thrown);
        });
        return outcome.scores()[0];
    }

    @Override
    public synchronized void close() {
        closed = true;
        built.values().forEach(Built::close);
        built.clear();
    }

    /** The reward in a graph of one size. */
    private final class Built {
        private final BatchGraph graph;
        private final GraphRewards rewards;

        Built(GraphReward inGraph, ImageSize size) {
            graph = new BatchGraph(size, 1, new BatchGraph.Names("the picture", "reward '" + name + "'"), precision);
            try {
                rewards =
                        graph.build(images -> new GraphRewards(graph.graph(), "score", images, Map.of(name, inGraph)));
                graph.seal(threads, rewards.tokenInputs(), rewards.scores());
            } catch (RuntimeException | Error e) {
                graph.close();
                throw e;
            }
        }

        float score(RgbImage image, String prompt) {
            return graph.run(List.of(image), rewards.tokens(List.of(prompt)))
                    .values()
                    .iterator()
                    .next()
                    .data()[0];
        }

        void close() {
            graph.close();
        }
    }
}
