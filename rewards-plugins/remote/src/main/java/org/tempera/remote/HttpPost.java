package org.tempera.remote;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One POST on a connection of its own, and its whole answer. {@link java.net.http.HttpClient} is not used: where an
 * answer gives a chunk a length from 80000000 (hexadecimal) on, one of its threads is busy for ever, and nothing stops
 * it.
 */
final class HttpPost {
    private static final int MOST_BYTES = 1 << 22;
    private static final int PIECE = 1 << 13;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int FIRST_ERROR = 400;

    private final URI url;
    private final Map<String, String> headers;
    private final Duration timeout;

    /** @param timeout for the connection, and for each part of an answer */
    HttpPost(URI url, Map<String, String> headers, Duration timeout) {
        this.url = url;
        this.headers = headers;
        this.timeout = timeout;
    }

    /**
     * What a server said.
     *
     * @param retryAfter its header {@code Retry-After}; empty where there is none
     * @param location its header {@code Location}; empty where there is none
     */
    record Answer(int status, String retryAfter, String location, byte[] body) {}

    /** An answer is larger than any that could be meant. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException() {
            super("more than " + (MOST_BYTES >> 20) + " MiB");
        }
    }

    /**
     * Sends a body, once, and reads what comes back.
     *
     * @param waiting ends the reading between its parts, and at once the writing, for which Java has no limit of time
     * @throws ProtocolException if what comes back is no HTTP
     * @throws IOException if it does not come back whole
     */
    Answer send(byte[] body, Waiting waiting) throws IOException {
        HttpURLConnection http = (HttpURLConnection) url.toURL().openConnection();
        try {
            int millis = (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
            http.setConnectTimeout(millis);
            http.setReadTimeout(millis);
            http.setInstanceFollowRedirects(false);
            http.setUseCaches(false);
            http.setRequestMethod("POST");
            http.setDoOutput(true);
            // Else it would be sent again, unasked, where the server breaks off.
            http.setFixedLengthStreamingMode(body.length);
            headers.forEach(http::setRequestProperty);
            http.setRequestProperty("Connection", "close");
            http.connect();
            if (!waiting.begins(http)) {
                throw new SocketTimeoutException("nobody waits any more");
            }
            try (OutputStream out = http.getOutputStream()) {
                out.write(body);
            }
            waiting.written();
            int status = http.getResponseCode();
            if (status < 0) {
                throw new ProtocolException("no status line");
            }
            return new Answer(
                    status,
                    header(http, "Retry-After").orElse(""),
                    header(http, "Location").orElse(""),
                    body(http, status, waiting::isOver));
        } catch (StackOverflowError e) {
            throw new ProtocolException("thousands of answers that say 'Continue'");
        } finally {
            waiting.written();
            http.disconnect();
        }
    }

    /** Whether somebody waits for an answer. */
    static final class Waiting {
        private Optional<HttpURLConnection> writing = Optional.empty();
        private boolean over;

        /** Notes a connection that is written to. @return whether somebody waits still */
        private synchronized boolean begins(HttpURLConnection http) {
            writing = Optional.of(http);
            return !over;
        }

        private synchronized void written() {
            writing = Optional.empty();
        }

        synchronized boolean isOver() {
            return over;
        }

        /** Nobody does any more. */
        synchronized void end() {
            over = true;
            writing.ifPresent(http -> {
                // To close a TLS connection takes the lock that its writer holds.
                Thread closing = new Thread(http::disconnect, "remote-reward-close");
                closing.setDaemon(true);
                closing.start();
            });
        }
    }

    private static Optional<String> header(HttpURLConnection http, String name) {
        return Optional.ofNullable(http.getHeaderField(name));
    }

    private static byte[] body(HttpURLConnection http, int status, BooleanSupplier givenUp) throws IOException {
        String stated = header(http, "Content-Length").orElse("0");
        if (!stated.matches("\\d{1,18}")) {
            throw new ProtocolException("Content-Length " + stated); // it would never come to its end
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (@Nullable InputStream in = status >= FIRST_ERROR ? http.getErrorStream() : http.getInputStream()) {
            if (in == null) {
                return new byte[0]; // where a password is asked for, the rest is lost
            }
            byte[] piece = new byte[PIECE];
            for (int read = 0; read >= 0 && !givenUp.getAsBoolean(); read = in.read(piece)) {
                bytes.write(piece, 0, read);
                if (bytes.size() > MOST_BYTES) {
                    throw new TooLongException();
                }
            }
        }
        boolean chunked = header(http, "Transfer-Encoding").isPresent();
        boolean empty = status == NO_CONTENT || status == NOT_MODIFIED;
        boolean stating = header(http, "Content-Length").isPresent();
        if (status / 100 == 2 && !empty && bytes.size() == 0 && !chunked && !stating) {
            throw new EOFException("the answer ends with its head, or within it");
        }
        if (!chunked && !empty && bytes.size() < Long.parseLong(stated)) {
            throw new EOFException("expected " + stated + " bytes, found " + bytes.size());
        }
        return bytes.toByteArray();
    }
}
