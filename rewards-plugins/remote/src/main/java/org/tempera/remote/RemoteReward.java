package org.tempera.remote;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.PartialScores;

/**
 * Scores that a server computes. Samples go in requests of at most {@code batch-size}; each is repeated, after waits
 * that double, while the server cannot be reached, breaks off, takes too long or answers 408, 429 or 5xx. Where it
 * names a {@code Retry-After}, that is waited for, up to a minute. A wrong answer is not asked for again. {@code null}
 * and NaN become NaN, which the run's {@code on-failure} deals with.
 */
final class RemoteReward implements HostReward {
    private static final double LONGEST_WAIT_SECONDS = 60;

    private final RemoteConfig config;
    private final ScoreProtocol protocol;
    private final ScoreClient client;

    RemoteReward(RemoteConfig config) {
        this(config, ScoreClient.Patience.OF_THE_CLOCK);
    }

    RemoteReward(RemoteConfig config, ScoreClient.Patience patience) {
        this.config = config;
        ServerWords words = new ServerWords(config.url());
        this.protocol = new ScoreProtocol(config.address(), config.format(), words);
        this.client = new ScoreClient(
                URI.create(config.url()), config.address(), seconds(config.timeoutSeconds()), patience, words);
    }

    /**
     * Asks request by request.
     *
     * @throws PartialScores if one of several was answered wrongly, or the server was lost on the way
     */
    @Override
    public float[] score(List<Sample> samples) {
        float[] scores = new float[samples.size()];
        Arrays.fill(scores, Float.NaN);
        @Nullable UserException first = null;
        int answered = 0;
        for (int from = 0; from < scores.length; from += config.batchSize()) {
            List<Sample> part = samples.subList(from, Math.min(scores.length, from + config.batchSize()));
            try {
                float[] some = protocol.scores(post(protocol.request(part)), part.size());
                System.arraycopy(some, 0, scores, from, some.length);
                answered++;
            } catch (LostServer e) {
                // The other requests would wait as long.
                first = first == null ? e.said : first;
                break;
            } catch (PartialScores e) {
                System.arraycopy(e.scores(), 0, scores, from, part.size());
                first = first == null ? e : first;
                answered++;
            } catch (UserException e) {
                first = first == null ? e : first;
            }
        }
        if (first == null) {
            return scores;
        }
        throw answered == 0 ? first : new PartialScores(String.valueOf(first.getMessage()), scores, first);
    }

    /** The server cannot be reached, or gives no scores in so many attempts. */
    private static final class LostServer extends Exception {
        private static final long serialVersionUID = 1L;
        private final UserException said;

        LostServer(UserException said) {
            super(said);
            this.said = said;
        }
    }

    private byte[] post(byte[] request) throws LostServer {
        long started = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                return client.post(request);
            } catch (ScoreClient.PassingFailure e) {
                if (attempt == config.attempts()) {
                    throw new LostServer(new UserException(
                            String.format(
                                    Locale.ROOT,
                                    "remote reward: %s gave no scores in %d attempt(s), %.1f s; at last: %s.\n%s"
                                            + " The protocol is in docs/rewards.md; keys of the reward: url, attempts,"
                                            + " timeout-seconds, batch-size.",
                                    config.address(),
                                    attempt,
                                    (System.nanoTime() - started) / 1e9,
                                    e.getMessage(),
                                    e.advice()),
                            e));
                }
                pause(waitAfter(attempt, e.retryAfterSeconds()));
            }
        }
    }

    /** The wait after an attempt: what the server asks for, if that is longer than it would be and not too long. */
    private Duration waitAfter(int attempt, double retryAfterSeconds) {
        Duration own = backoff(config.backoffSeconds(), attempt);
        Duration asked = seconds(Math.min(LONGEST_WAIT_SECONDS, retryAfterSeconds));
        return asked.compareTo(own) > 0 ? asked : own;
    }

    /** The wait after an attempt, counted from 1. */
    static Duration backoff(double backoffSeconds, int attempt) {
        return seconds(Math.min(LONGEST_WAIT_SECONDS, backoffSeconds * Math.pow(2, attempt - 1)));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static void pause(Duration backoff) {
        try {
            Thread.sleep(backoff.toMillis());
        } catch (InterruptedException e) {
            throw ScoreClient.interrupted(e);
        }
    }
}
