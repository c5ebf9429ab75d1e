package org.tempera.remote;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.tempera.spi.reward.HostReward.Sample;

/**
 * One address of a scorer: how it is asked, and how it has fared. Its scores may be asked for in any thread; what it
 * remembers is for one thread at a time.
 */
final class Endpoint {
    private static final double LONGEST_WAIT_SECONDS = 60;

    private final String address;
    private final ServerWords words;
    private final ScoreProtocol protocol;
    private final ScoreClient client;
    private final double backoffSeconds;
    private Optional<Question> open = Optional.empty();
    private Optional<ScoreClient.PassingFailure> last = Optional.empty();
    private int failures;
    private long restsUntil = System.nanoTime();
    private boolean trusted;
    private boolean leftOut;

    /** @param url one of the config's addresses; @param patience how an answer is waited for */
    Endpoint(String url, RemoteConfig config, ScoreClient.Patience patience) {
        words = new ServerWords(url);
        address = ServerAddress.shown(url);
        protocol = new ScoreProtocol(address, config.format(), words);
        client = new ScoreClient(URI.create(url), address, seconds(config.timeoutSeconds()), patience, words);
        backoffSeconds = config.backoffSeconds();
    }

    /** The address as messages name it. */
    String address() {
        return address;
    }

    /**
     * Asks for scores, once.
     *
     * @throws ScoreClient.PassingFailure if another attempt may have them
     * @throws org.tempera.spi.UserException if none will
     */
    float[] scores(List<Sample> samples) throws ScoreClient.PassingFailure {
        return protocol.scores(client.post(protocol.request(samples)), samples.size());
    }

    /** The question that it has not answered yet; empty if it is free. */
    Optional<Question> open() {
        return open;
    }

    /** Remembers what it is asked. */
    void asked(Question question) {
        open = Optional.of(question);
    }

    /** Lets go of the question, whose outcome is there. */
    void free() {
        open = Optional.empty();
    }

    /** Waits for its answer no longer. */
    void giveUp() {
        open.ifPresent(Question::giveUp);
        free();
    }

    /** Whether samples may be given to it: it is the only one, or has scored some as the others do. */
    boolean isTrusted() {
        return trusted;
    }

    /** Trusts it. @return whether it had been left out */
    boolean trust() {
        boolean back = leftOut;
        trusted = true;
        leftOut = false;
        return back;
    }

    /** Gives it no samples until it is trusted again. @return whether that is news */
    boolean leaveOut() {
        boolean news = !leftOut;
        trusted = false;
        leftOut = true;
        return news;
    }

    /** Notes that it has answered. */
    void succeeded() {
        forget();
        last = Optional.empty();
    }

    /** Notes that it has not, and lets it rest: the longer, the more often in a row. */
    void failed(ScoreClient.PassingFailure failure) {
        failures++;
        last = Optional.of(failure);
        Duration own = backoff(backoffSeconds, failures);
        Duration asked = seconds(Math.min(LONGEST_WAIT_SECONDS, failure.retryAfterSeconds()));
        restsUntil = System.nanoTime() + (asked.compareTo(own) > 0 ? asked : own).toNanos();
    }

    /** Lets it be asked at once, and as often as one that has not failed. */
    void forget() {
        failures = 0;
        restsUntil = System.nanoTime();
    }

    /** How often it has failed in a row. */
    int failures() {
        return failures;
    }

    /** Why it gave no scores when it was asked last; empty if it did. */
    Optional<ScoreClient.PassingFailure> last() {
        return last;
    }

    /** The same in words, without secrets that the server may have repeated. */
    String lastWords() {
        return words.masked(last.map(ScoreClient.PassingFailure::getMessage).orElse(""));
    }

    /** Nanoseconds until it may be asked again; not positive if it may be now. */
    long rest() {
        return restsUntil - System.nanoTime();
    }

    /** The wait after so many failures in a row. */
    static Duration backoff(double backoffSeconds, int failures) {
        return seconds(Math.min(LONGEST_WAIT_SECONDS, backoffSeconds * Math.pow(2, failures - 1)));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
