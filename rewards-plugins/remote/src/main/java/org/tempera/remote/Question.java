package org.tempera.remote;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import org.tempera.spi.reward.HostReward.Sample;

/** A request that is under way, in a thread of its own. What comes of it is put into a queue. */
final class Question {
    private final Endpoint endpoint;
    private final Optional<Piece> piece;
    private final List<Sample> samples;
    private final Thread thread;

    /**
     * What came of a question.
     *
     * @param scores one for each sample; none if something was thrown
     */
    record Outcome(Question question, float[] scores, Optional<Throwable> thrown) {}

    private Question(Endpoint endpoint, Optional<Piece> piece, List<Sample> samples, BlockingQueue<Outcome> outcomes) {
        this.endpoint = endpoint;
        this.piece = piece;
        this.samples = samples;
        thread = new Thread(() -> outcomes.add(outcome()), "remote-reward-question");
        thread.setDaemon(true);
    }

    /**
     * Asks an endpoint.
     *
     * @param piece what the samples are of; empty if they are to show what the endpoint is
     */
    static void ask(Endpoint endpoint, Optional<Piece> piece, List<Sample> samples, BlockingQueue<Outcome> outcomes) {
        Question question = new Question(endpoint, piece, samples, outcomes);
        endpoint.asked(question);
        question.thread.start();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** What is to be scored; empty if the endpoint is to show what it is. */
    Optional<Piece> piece() {
        return piece;
    }

    /** What the endpoint was asked to score. */
    List<Sample> samples() {
        return samples;
    }

    /** Makes an end of it, soon. */
    void giveUp() {
        thread.interrupt();
    }

    private Outcome outcome() {
        try {
            return new Outcome(this, endpoint.scores(samples), Optional.empty());
        } catch (Throwable e) {
            return new Outcome(this, new float[0], Optional.of(e)); // who asked tells it apart
        }
    }
}
