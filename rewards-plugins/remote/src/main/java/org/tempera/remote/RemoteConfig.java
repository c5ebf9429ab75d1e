package org.tempera.remote;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.spi.ConfigException;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
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
        @Doc(
                        value =
                                "Further addresses where the same scorer answers, such as one for each GPU: the pictures are"
                                        + " shared out among all, and one that fails is left out.",
                        measures = false)
                List<String> replicas,
        @Doc("How pictures are sent: as PNG files, or raw: their bytes, row by row, RGB.") ImageFormat format,
        @Doc(value = "Most pictures in one request; at least 1.", measures = false) int batchSize,
        @Doc(value = "Seconds that the whole answer to one request may take; positive.", measures = false)
                double timeoutSeconds,
        @Doc(
                        value =
                                "How often a request is sent before the run fails, and with replicas how often each is tried;"
                                        + " at least 1.",
                        measures = false)
                int attempts,
        @Doc(
                        value =
                                "Seconds before the second attempt; twice as many before each further one, at most 60. Not negative.",
                        measures = false)
                double backoffSeconds,
        @ReadWhere(key = "replicas")
                @Doc(
                        value =
                                "How far the scores that url and replicas give the same pictures may lie apart, as a share of"
                                        + " the largest, before the run is refused; from 0 to 1.",
                        measures = false)
                double tolerance) {
    /** Pictures in a request. */
    public enum ImageFormat {
        PNG,
        RAW
    }

    private static final int LAST_PORT = 65_535;

    public RemoteConfig {
        replicas = List.copyOf(replicas);
        requireHttp("url", url);
        replicas.forEach(replica -> requireHttp("replicas", replica));
        require(
                !replicas.contains(url) && replicas.stream().distinct().count() == replicas.size(),
                "replicas",
                "must name each address once, and that of url not again, was " + replicas);
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
        Require.that(tolerance >= 0 && tolerance <= 1, "tolerance", "from 0 to 1", tolerance);
    }

    /** Where the scorer answers: the url, then the replicas. */
    List<String> addresses() {
        return Stream.concat(Stream.of(url), replicas.stream()).toList();
    }

    private static void requireHttp(String key, String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw noAddress(key, url);
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        Optional<ServerAddress> server = ServerAddress.of(uri);
        if (!http || server.isEmpty()) {
            throw noAddress(key, url);
        }
        require(
                server.get().rawUser().isEmpty() || !uri.getRawPath().contains("@"),
                key,
                "must have %40 for each further @, and %2F for a / in its password, was '" + url + "'");
        int port = server.get().port();
        require(
                port == -1 || (port >= 1 && port <= LAST_PORT),
                key,
                "must have a port from 1 to " + LAST_PORT + ", was " + port + " in '" + url + "'");
    }

    private static ConfigException noAddress(String key, String url) {
        return new ConfigException(key, "must be an http or https address, was '" + url + "'");
    }

    private static void require(boolean holds, String key, String complaint) {
        if (!holds) {
            throw new ConfigException(key, complaint);
        }
    }
}
