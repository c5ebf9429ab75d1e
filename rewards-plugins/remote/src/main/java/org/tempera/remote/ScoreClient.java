package org.tempera.remote;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/** Posts a request and waits for the whole answer, not for its beginning only. */
final class ScoreClient {
    private static final String TRUST_STORE = "-Djavax.net.ssl.trustStore=FILE -Djavax.net.ssl.trustStorePassword=...";

    /** Statuses that name another address. */
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final URI url;
    private final String address;
    private final Duration timeout;
    private final HttpPost http;
    private final Patience patience;
    private final ServerWords words;

    /** How an answer is waited for. */
    interface Patience {
        /** By the clock. */
        Patience OF_THE_CLOCK = new Patience() {
            @Override
            public <T> T await(CompletableFuture<T> answer, Duration timeout)
                    throws InterruptedException, ExecutionException, TimeoutException {
                return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            }
        };

        /** The answer. @throws TimeoutException if it does not come in time */
        <T> T await(CompletableFuture<T> answer, Duration timeout)
                throws InterruptedException, ExecutionException, TimeoutException;
    }

    /** @param address the url as messages name it; @param words quotes what it says */
    ScoreClient(URI url, String address, Duration timeout, Patience patience, ServerWords words) {
        this.words = words;
        this.patience = patience;
        this.address = address;
        this.timeout = timeout;
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json");
        authorization(url).ifPresent(value -> headers.put("Authorization", value));
        this.url = withoutUser(url);
        this.http = new HttpPost(this.url, headers, timeout);
    }

    private static URI withoutUser(URI url) {
        return ServerAddress.of(url)
                .flatMap(ServerAddress::rawUser)
                .map(user -> URI.create(url.toString().replaceFirst(Pattern.quote(user + "@"), "")))
                .orElse(url);
    }

    /** The address' {@code user:password@}, which Java does not send. */
    private static Optional<String> authorization(URI url) {
        return ServerAddress.of(url)
                .flatMap(ServerAddress::user)
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }

    /** A failure that may be gone at the next attempt. */
    static final class PassingFailure extends Exception {
        private static final long serialVersionUID = 1L;
        private final String advice;
        private final double retryAfterSeconds;

        PassingFailure(String what, String advice, Throwable cause) {
            super(what, cause);
            this.advice = advice;
            retryAfterSeconds = 0;
        }

        PassingFailure(String what, String advice, double retryAfterSeconds) {
            super(what);
            this.advice = advice;
            this.retryAfterSeconds = retryAfterSeconds;
        }

        /** What the server wants to be left alone for; 0 where it does not say. */
        double retryAfterSeconds() {
            return retryAfterSeconds;
        }

        /** What the user can do. */
        String advice() {
            return advice;
        }
    }

    /**
     * The body of the answer.
     *
     * @throws UserException if the server refuses the request for good
     */
    byte[] post(byte[] body) throws PassingFailure {
        CompletableFuture<HttpPost.Answer> answer = new CompletableFuture<>();
        // A timeout of a connection is one of each of its reads; this one is of the whole answer.
        HttpPost.Waiting waiting = new HttpPost.Waiting();
        Thread asking = new Thread(() -> ask(body, answer, waiting), "remote-reward");
        asking.setDaemon(true);
        asking.start();
        HttpPost.Answer response;
        try {
            response = patience.await(answer, timeout);
        } catch (TimeoutException e) {
            throw slow(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } finally {
            waiting.end();
        }
        int status = response.status();
        if (status == 200) {
            return response.body();
        }
        String said = "status " + status + words.said(response.body());
        if (status == 408 || status == 429 || status >= 500) {
            throw new PassingFailure(
                    said,
                    "Look into the server's log, then try again, or resume the run.",
                    retryAfter(response.retryAfter()));
        }
        if (REDIRECTS.contains(status)) {
            throw redirected(status, response.location());
        }
        throw new UserException("remote reward: " + address + " refused the request with " + said
                + ". Check the address and the server: it must accept a POST with JSON and answer 200, see"
                + " docs/rewards.md.");
    }

    /** A redirect would send pictures and prompts to an address that nobody has chosen. */
    private UserException redirected(int status, String location) {
        return new UserException("remote reward: " + address + " answered with a redirect (status " + status + ") "
                + (location.isEmpty() ? "that names no address" : "to " + words.shortened(target(location)))
                + ". Redirects are not followed: name the address where the scorer itself answers.");
    }

    /** A redirect's address as messages name it, which may be relative to the one that was asked. */
    private String target(String location) {
        try {
            return ServerAddress.shown(url.resolve(location).toString());
        } catch (IllegalArgumentException e) {
            return location; // no address, as it was said
        }
    }

    /** Sends a request; what comes of it is the answer. */
    private void ask(byte[] body, CompletableFuture<HttpPost.Answer> answer, HttpPost.Waiting waiting) {
        try {
            answer.complete(http.send(body, waiting));
        } catch (Throwable e) {
            answer.completeExceptionally(e); // its waiter tells it apart
        }
    }

    /** Seconds of a {@code Retry-After}, which is a number or a date; 0 if it is neither. */
    static double retryAfter(String value) {
        try {
            return value.matches("\\d{1,100}")
                    ? Double.parseDouble(value)
                    : Math.max(
                            0,
                            Duration.between(
                                            Instant.now(),
                                            DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from))
                                    .toSeconds());
        } catch (DateTimeException e) {
            return 0;
        }
    }

    private PassingFailure slow(Throwable cause) {
        return new PassingFailure(
                "no answer within " + timeout.toMillis() / 1e3 + " s",
                "Raise timeout-seconds, lower batch-size, or look why the server is slow.",
                cause);
    }

    private PassingFailure failure(Throwable cause) {
        if (cause instanceof HttpPost.TooLongException) {
            throw new UserException("remote reward: " + address + " answered " + cause.getMessage()
                    + ". Expected {\"scores\": [...]}, see docs/rewards.md.");
        }
        if (cause instanceof SocketTimeoutException) {
            return slow(cause);
        }
        if (hasCause(cause, UnknownHostException.class)) {
            return new PassingFailure("no host of this name is known", "Check the address and the network.", cause);
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return new PassingFailure(
                    "the connection is refused", "Start the server, or check its address and port.", cause);
        }
        if (cause instanceof SSLException && !hasCause(cause, EOFException.class)) {
            throw untrusted(cause);
        }
        if (cause instanceof ProtocolException || cause instanceof RuntimeException) {
            throw new UserException(
                    "remote reward: " + address + " answered what is no HTTP ("
                            + words.shortened(String.valueOf(cause.getMessage()))
                            + "). Check address and port, and look into the server's log.",
                    cause);
        }
        if (cause instanceof IOException) {
            return new PassingFailure(
                    "the connection broke before the answer was whole",
                    "Look into the server's log, start it again, then try again, or resume the run.",
                    cause);
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw new UserException(
                "remote reward: the request to " + address + " failed (" + words.shortened(cause.toString()) + ").",
                cause);
    }

    /** Why no safe connection comes about. */
    private UserException untrusted(Throwable cause) {
        String where = "remote reward: " + address + ": ";
        String said = String.valueOf(cause.getMessage());
        if (said.contains("No subject alternative") || said.contains("No name matching")) {
            return new UserException(
                    where + "its certificate is for another name (" + words.shortened(said)
                            + "). Use the name that stands in it, or another certificate.",
                    cause);
        }
        if (hasCause(cause, GeneralSecurityException.class)) {
            return new UserException(
                    where + "its certificate is not trusted (" + words.shortened(said)
                            + "). Put it, or who signed it, into a trust store and name that with " + TRUST_STORE
                            + ", or use another certificate.",
                    cause,
                    List.of(Remedy.jvmOption(TRUST_STORE)));
        }
        return new UserException(
                where + "no TLS connection (https) comes about (" + words.shortened(said)
                        + "). Does the server speak plain http? Check the address.",
                cause);
    }

    private static boolean hasCause(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while a remote reward was asked", e);
    }
}
