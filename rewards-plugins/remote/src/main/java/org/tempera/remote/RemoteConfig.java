package org.tempera.remote;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.tempera.spi.ConfigException;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;
import org.tempera.spi.Required;

/** Keys of the reward {@code remote}. */
public record RemoteConfig(
        @Doc(
                        value =
                                "Where the scorer answers: an http or https address, such as http://localhost:8000/score.",
                        example = "http://localhost:8000/score")
                @Required
                String url,
        @Doc("How pictures are sent: as PNG files, or raw: their bytes, row by row, RGB.") ImageFormat format,
        @Doc(value = "Most pictures in one request; at least 1.", measures = false) int batchSize,
        @Doc(value = "Seconds that the whole answer to one request may take; positive.", measures = false)
                double timeoutSeconds,
        @Doc(value = "How often a request is sent before the run fails; at least 1.", measures = false) int attempts,
        @Doc(
                        value =
                                "Seconds before the second attempt; twice as many before each further one, at most 60. Not negative.",
                        measures = false)
                double backoffSeconds) {
    /** Pictures in a request. */
    public enum ImageFormat {
        PNG,
        RAW
    }

    private static final int LAST_PORT = 65_535;

    public RemoteConfig {
        requireHttp(url);
        Require.that(batchSize >= 1, "batch-size", "at least 1", batchSize);
        Require.that(
                timeoutSeconds > 0 && timeoutSeconds < 1e6,
                "timeout-seconds",
                "positive and below a million",
                timeoutSeconds);
        Require.that(attempts >= 1, "attempts", "at least 1", attempts);
        require(
                backoffSeconds >= 0 && backoffSeconds < 1e6,
                "backoff-seconds",
                "must not be negative, and below a million, was " + backoffSeconds);
    }

    /** The url as messages name it: without user, password and parameters. */
    String address() {
        return url.replaceFirst("(?<=://)[^/?#]*@", "").replaceFirst("[?#].*", "");
    }

    private static void requireHttp(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw noAddress(url);
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        Optional<ServerAddress> server = ServerAddress.of(uri);
        if (!http || server.isEmpty()) {
            throw noAddress(url);
        }
        require(
                server.get().rawUser().isEmpty() || !uri.getRawPath().contains("@"),
                "url",
                "must have %40 for each further @, and %2F for a / in its password, was '" + url + "'");
        int port = server.get().port();
        require(
                port == -1 || (port >= 1 && port <= LAST_PORT),
                "url",
                "must have a port from 1 to " + LAST_PORT + ", was " + port + " in '" + url + "'");
    }

    private static ConfigException noAddress(String url) {
        return new ConfigException("url", "must be an http or https address, was '" + url + "'");
    }

    private static void require(boolean holds, String key, String complaint) {
        if (!holds) {
            throw new ConfigException(key, complaint);
        }
    }
}
