package org.tempera.remote;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.PartialScores;
import org.tempera.spi.reward.UnavailableReward;

/**
 * Scores that a server computes, or several servers that are the same. Samples go in requests of at most {@code
 * batch-size}, and no more than an even share where there are replicas. A request is repeated while a server cannot be
 * reached, breaks off, takes too long or answers 408, 429 or 5xx: by the only server after waits that double, and
 * otherwise by another, while the one that failed is left out for such a wait. Where a server names a
 * {@code Retry-After}, that is waited for, up to a minute. A wrong answer is not asked for again. What a server has no
 * score for, {@code null} or NaN, the run's {@code on-failure} deals with.
 */
final class RemoteReward implements HostReward {
    private final RemoteConfig config;
    private final List<Endpoint> endpoints;
    private final Agreement agreement;
    private final Consumer<String> warnings;
    private final BlockingQueue<Question.Outcome> outcomes = new LinkedBlockingQueue<>();

    RemoteReward(RemoteConfig config) {
        this(config, ScoreClient.Patience.OF_THE_CLOCK, LoggerFactory.getLogger(RemoteReward.class)::warn);
    }

    /** @param warnings are told of servers that are left out, and that answer again */
    RemoteReward(RemoteConfig config, ScoreClient.Patience patience, Consumer<String> warnings) {
        this.config = config;
        this.warnings = warnings;
        endpoints = config.addresses().stream()
                .map(url -> new Endpoint(url, config, patience))
                .toList();
        agreement = new Agreement(config.tolerance());
        if (endpoints.size() == 1) {
            endpoints.get(0).trust();
        }
    }

    /**
     * Asks request by request, as many at a time as there are servers.
     *
     * @throws PartialScores if a server has none for a sample, one of several requests was answered wrongly, or the
     *     servers were lost on the way
     * @throws UnavailableReward if no server gave scores in all its attempts
     */
    @Override
    public float[] score(List<Sample> samples) {
        if (samples.isEmpty()) {
            return new float[0];
        }
        agreement.requireUnbroken();
        if (endpoints.size() > 1) {
            agreement.offer(samples, config.batchSize());
        }
        int share = (samples.size() + endpoints.size() - 1) / endpoints.size();
        return new Scoring(
                        config,
                        inTurn(samples.get(0)),
                        agreement,
                        outcomes,
                        warnings,
                        Piece.of(samples, Math.min(config.batchSize(), share)),
                        samples.size())
                .run();
    }

    /** The endpoints from one on that the sample decides: workers, who have others, begin at others. */
    private List<Endpoint> inTurn(Sample first) {
        List<Endpoint> turned = new ArrayList<>(endpoints);
        Collections.rotate(turned, new SplittableRandom(first.seed()).nextInt(endpoints.size()));
        return turned;
    }
}
