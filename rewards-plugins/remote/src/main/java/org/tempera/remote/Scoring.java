package org.tempera.remote;

import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward.Sample;
import org.tempera.spi.reward.MisconfiguredReward;
import org.tempera.spi.reward.PartialScores;
import org.tempera.spi.reward.UnavailableReward;

/**
 * One call for scores. Each endpoint has one request at a time, and gets the next as soon as it has answered; a request
 * that fails goes to another. Where scores stand depends on no order of answers, for each has its place.
 */
final class Scoring {
    private static final int TOLD = 3;

    private final RemoteConfig config;
    private final List<Endpoint> endpoints;
    private final Agreement agreement;
    private final BlockingQueue<Question.Outcome> outcomes;
    private final Consumer<String> warnings;
    private final boolean alone;
    private final Deque<Piece> waiting;
    private final float[] scores;
    private final Map<Integer, UserException> problems = new TreeMap<>();
    private final Set<Endpoint> failedHere = new HashSet<>();
    private long lastAnswer = System.nanoTime();
    private int underWay;
    private int answered;
    private long answers;

    /**
     * @param endpoints those that are free get requests in this order
     * @param outcomes of questions, those of earlier calls included
     * @param warnings are told of endpoints that are left out
     * @param waiting what is to be scored, in all {@code samples}
     */
    Scoring(
            RemoteConfig config,
            List<Endpoint> endpoints,
            Agreement agreement,
            BlockingQueue<Question.Outcome> outcomes,
            Consumer<String> warnings,
            Deque<Piece> waiting,
            int samples) {
        this.config = config;
        this.endpoints = endpoints;
        this.agreement = agreement;
        this.outcomes = outcomes;
        this.warnings = warnings;
        this.waiting = waiting;
        alone = endpoints.size() == 1;
        scores = new float[samples];
        Arrays.fill(scores, Float.NaN);
    }

    /**
     * The scores, in the order of the samples.
     *
     * @throws PartialScores if some have none
     * @throws MisconfiguredReward if the endpoints are different scorers
     * @throws UnavailableReward if all have none because no endpoint is left to ask
     * @throws UserException if all have none, and some of them for another reason
     */
    float[] run() {
        boolean ended = false;
        try {
            takeThose(outcomes.poll());
            while (!waiting.isEmpty() || underWay > 0) {
                ask();
                takeThose(outcomes.poll(rest(), TimeUnit.NANOSECONDS));
            }
            ended = true;
        } catch (InterruptedException e) {
            throw ScoreClient.interrupted(e);
        } finally {
            if (!ended) {
                endpoints.forEach(Endpoint::giveUp);
                endpoints.forEach(Endpoint::forget);
            }
        }
        if (problems.isEmpty()) {
            return scores;
        }
        UserException worst = worst();
        throw answered == 0 ? worst : new PartialScores(told(), scores, worst);
    }

    /** The first of those that do not pass, if there is one: what is to be mended is the same when all are back. */
    private UserException worst() {
        return problems.values().stream()
                .filter(e -> !(e instanceof UnavailableReward))
                .findFirst()
                .orElseGet(() -> problems.values().iterator().next());
    }

    /** What was wrong: several addresses may have failed, each in its way. */
    private String told() {
        List<String> distinct = problems.values().stream()
                .map(e -> String.valueOf(e.getMessage()))
                .distinct()
                .toList();
        String said = String.join("\n", distinct.subList(0, Math.min(TOLD, distinct.size())));
        return distinct.size() > TOLD ? said + "\nand in " + (distinct.size() - TOLD) + " other ways" : said;
    }

    /** Gives every endpoint that is free and rested something to do. */
    private void ask() {
        for (Endpoint endpoint : endpoints) {
            if (endpoint.open().isPresent() || endpoint.rest() > 0) {
                continue;
            }
            if (!endpoint.isTrusted()) {
                Question.ask(endpoint, Optional.empty(), agreement.samples(), outcomes);
            } else if (!waiting.isEmpty()) {
                Piece piece = waiting.remove();
                Question.ask(endpoint, Optional.of(piece), piece.samples(), outcomes);
                underWay++;
            }
        }
    }

    /** Nanoseconds until another endpoint can be asked. */
    private long rest() {
        return endpoints.stream()
                .filter(e -> e.open().isEmpty() && (!e.isTrusted() || !waiting.isEmpty()))
                .mapToLong(Endpoint::rest)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void takeThose(Question.@Nullable Outcome first) {
        for (Question.Outcome o = first; o != null; o = outcomes.poll()) {
            Endpoint endpoint = o.question().endpoint();
            // One that was given up is nobody's.
            if (endpoint.open().equals(Optional.of(o.question()))) {
                endpoint.free();
                Optional<Piece> piece = o.question().piece();
                if (piece.isPresent()) {
                    underWay--;
                    take(endpoint, piece.get(), o);
                } else {
                    take(endpoint, o);
                }
            }
        }
    }

    /** What an endpoint says of samples that show what it is. */
    private void take(Endpoint endpoint, Question.Outcome outcome) {
        float[] scores = outcome.scores();
        if (outcome.thrown().isPresent()) {
            if (!(outcome.thrown().get() instanceof PartialScores partial)) {
                failed(endpoint, passing(outcome.thrown().get()));
                requireSome();
                return;
            }
            scores = partial.scores(); // of these samples, never of those that are asked for
        }
        List<Sample> asked = outcome.question().samples();
        Agreement.Finding finding = agreement.compare(endpoint.address(), asked, scores);
        if (finding == Agreement.Finding.OUTDATED) {
            return;
        }
        if (finding == Agreement.Finding.NOTHING) {
            failed(
                    endpoint,
                    new ScoreClient.PassingFailure(
                            "no score for any of " + asked.size()
                                    + " picture(s) that show whether it is the same scorer",
                            "Look into the server's log: a score is missing where it is null or no number.",
                            0));
            requireSome();
            return;
        }
        answered(endpoint);
        if (endpoint.trust()) {
            warnings.accept(endpoint.address() + " answers again, and has its share of the requests");
        }
    }

    private void take(Endpoint endpoint, Piece piece, Question.Outcome outcome) {
        if (outcome.thrown().isEmpty()) {
            keep(piece, outcome.scores());
            answered(endpoint);
        } else if (outcome.thrown().get() instanceof UserException wrong) {
            if (wrong instanceof PartialScores partial) {
                keep(piece, partial.scores());
            }
            problems.put(piece.from(), wrong);
            answered(endpoint);
        } else {
            failed(endpoint, passing(outcome.thrown().get()));
            piece.failed(answers);
            waiting.addFirst(piece);
            requireSome();
            // So often may all others be gone before one is asked again; one that answers meanwhile is not gone.
            if (!alone
                    && piece.failures() >= config.attempts() + endpoints.size() - 1
                    && answers > piece.answersBefore()
                    && waiting.remove(piece)) {
                problems.put(piece.from(), NoScores.ofPictures(endpoints));
            }
        }
    }

    private void keep(Piece piece, float[] some) {
        System.arraycopy(some, 0, scores, piece.from(), some.length);
        answered++;
    }

    private void answered(Endpoint endpoint) {
        endpoint.succeeded();
        answers++;
        lastAnswer = System.nanoTime();
    }

    /** The failure that may be gone at the next attempt; what else was thrown is thrown on. */
    private static ScoreClient.PassingFailure passing(Throwable thrown) {
        if (thrown instanceof ScoreClient.PassingFailure passing) {
            return passing;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        throw new IllegalStateException(thrown);
    }

    private void failed(Endpoint endpoint, ScoreClient.PassingFailure failure) {
        endpoint.failed(failure);
        failedHere.add(endpoint);
        if (!alone && endpoint.leaveOut()) {
            warnings.accept(endpoint.address() + " is left out (" + endpoint.lastWords()
                    + "). The other addresses get its requests, and it is tried again now and then");
        }
    }

    /** Ends the call if no endpoint is left: what is not scored yet would wait as long. */
    private void requireSome() {
        boolean some = endpoints.stream()
                .anyMatch(e -> e.open().isPresent() || e.failures() < config.attempts() || !failedHere.contains(e));
        if (!some && !waiting.isEmpty()) {
            problems.put(
                    waiting.stream().mapToInt(Piece::from).min().orElseThrow(),
                    NoScores.of(endpoints, secondsWithoutAnswer()));
            waiting.clear();
            endpoints.forEach(Endpoint::forget);
        }
    }

    private double secondsWithoutAnswer() {
        return (System.nanoTime() - lastAnswer) / 1e9;
    }
}
