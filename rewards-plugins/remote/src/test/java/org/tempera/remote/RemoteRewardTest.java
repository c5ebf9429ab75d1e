package org.tempera.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.tempera.remote.ScoreServer.breaksOff;
import static org.tempera.remote.ScoreServer.redirects;
import static org.tempera.remote.ScoreServer.says;
import static org.tempera.remote.ScoreServer.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.tempera.remote.RemoteConfig.ImageFormat;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward.Sample;
import org.tempera.spi.reward.PartialScores;
import org.tempera.spi.reward.UnavailableReward;
import org.tempera.testkit.RewardContract;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Against a real server on a port of its own. */
public class RemoteRewardTest extends RewardContract<RemoteConfig> {
    private static final int ATTEMPTS = 3;

    /** Longer than any machine takes: where a server stalls, the tests say when it is given up. */
    private static final double TIMEOUT = 60;

    private ScoreServer server;

    @BeforeMethod
    public void start() throws IOException {
        server = new ScoreServer();
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        server.close();
    }

    @Override
    protected Class<RemoteProvider> providerType() {
        return RemoteProvider.class;
    }

    @Override
    protected RemoteConfig config() {
        return config(ImageFormat.PNG);
    }

    private RemoteConfig config(ImageFormat format) {
        return new RemoteConfig(server.url(), List.of(), format, 2, TIMEOUT, ATTEMPTS, 0.01, 0);
    }

    @Test
    public void sendsTheAddressesPasswordAndNamesItNowhere() {
        List<String> sent = new ArrayList<>();
        server.then((exchange, request) -> {
            sent.add(exchange.getRequestHeaders().getFirst("Authorization"));
            status(401, "who are you?").answer(exchange, request);
        });
        String url = server.url().replace("http://", "http://user:hunter%232@") + "?token=s3cret";
        RemoteConfig config = new RemoteConfig(url, List.of(), ImageFormat.PNG, 2, TIMEOUT, ATTEMPTS, 0.01, 0);
        assertThatThrownBy(() -> score(config, 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("status 401")
                .hasMessageNotContainingAny("hunter", "s3cret");
        assertThat(sent).containsExactly("Basic dXNlcjpodW50ZXIjMg==");
    }

    @DataProvider
    public Object[] formats() {
        return ImageFormat.values();
    }

    @Test(dataProvider = "formats")
    public void sendsEveryPictureOnceAndKeepsTheOrder(ImageFormat format) throws IOException {
        float[] scores = score(config(format), 5);

        assertThat(scores).containsExactly(10, 11, 12, 13, 14);
        assertThat(server.requests).extracting(r -> r.path("samples").size()).containsExactly(2, 2, 1);
        JsonNode request = server.requests.get(1);
        assertThat(request.path("version").asInt()).isEqualTo(1);
        assertThat(request.path("format").asText()).isEqualTo(format == ImageFormat.PNG ? "png" : "raw");
        JsonNode sample = request.path("samples").get(1);
        assertThat(sample.path("prompt").asText()).isEqualTo("ein Käfer 🐞 \"3\"");
        assertThat(sample.path("seed").asLong()).isEqualTo(Long.MAX_VALUE - 3);
        assertThat(sample.path("height").asInt()).isEqualTo(3);
        assertThat(sample.path("width").asInt()).isEqualTo(2);
        if (format == ImageFormat.RAW) {
            assertThat(sample.path("image").binaryValue()).isEqualTo(sample(3).rgb());
        }
    }

    @Test
    public void comesThroughWhatPasses() {
        server.then(status(500, "boom"), status(503, ""), ScoreServer::well, breaksOff(), status(429, "slow down"));
        assertThat(score(config(), 4)).containsExactly(10, 11, 12, 13);
        assertThat(server.requests).hasSize(6);
    }

    @Test
    public void comesThroughAStall() {
        server.then(server.stalls(), server.stallsInTheBody());
        assertThat(score(config(), 1)).containsExactly(10);
        assertThat(server.requests).hasSize(3);
    }

    @Test
    public void waitsTwiceAsLongEachTime() {
        assertThat(List.of(1, 2, 3, 8, 2000))
                .extracting(attempt -> Endpoint.backoff(0.5, attempt))
                .containsExactly(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60));
        assertThat(Endpoint.backoff(0, 2000)).isZero();
    }

    @Test
    public void whatCannotBeScoredIsSaidWithTheAddress() {
        server.then(says("{\"scores\": [NaN, null]}"), says("{\"scores\": [3, null]}"));
        assertThatThrownBy(() -> score(config(), 2))
                .isInstanceOfSatisfying(
                        PartialScores.class, e -> assertThat(e.scores()).containsExactly(Float.NaN, Float.NaN))
                .hasMessage("remote reward: " + server.url()
                        + " answered NaN and null in place of a score. Look into the server's log.");
        assertThatThrownBy(() -> score(config(), 2))
                .isInstanceOfSatisfying(
                        PartialScores.class, e -> assertThat(e.scores()).containsExactly(3, Float.NaN))
                .hasMessageContaining(" answered null in place ");
    }

    @Test
    public void aNumberThatIsTooLargeIsToldAsTheServerWroteIt() {
        server.then(says("{\"note\": [7], \"scores\": [1e39, 2]}"), says("{\"scores\": [1e999999999, -Infinity]}"));
        assertThatThrownBy(() -> score(config(), 2))
                .isInstanceOfSatisfying(
                        PartialScores.class, e -> assertThat(e.scores()).containsExactly(Float.NaN, 2))
                .hasMessageContaining("found scores[0] = 1e39. ");
        assertThatThrownBy(() -> score(config(), 2))
                .isInstanceOfSatisfying(
                        PartialScores.class, e -> assertThat(e.scores()).containsExactly(Float.NaN, Float.NaN))
                .hasMessageContaining("found scores[0] = 1e999999999, scores[1] = -Infinity. ");
    }

    @DataProvider
    public Object[][] lies() {
        return new Object[][] {
            {"count", says("{\"scores\": [1]}")},
            {"not-json", says("<html>\n<body>It works!</body></html>")},
            {"empty", says("")},
            {"cut", says("{\"scores\": [1, 2")},
            {"no-scores", says("[1, 2]")},
            {"text", says("{\"scores\": [1, \"good\"]}")},
            {"endless", says(" ".repeat(5 << 20))},
            {"not-found", status(404, "no such page.")},
            {"moved", status(301, "")},
            {"moved-to", redirects(302, "https://user:pass@scorer.example/score?token=s3cret")},
            {"moved-near", redirects(307, "/score/")},
            {"moved-nowhere", redirects(308, "no address")},
        };
    }

    @Test(dataProvider = "lies")
    public void aWrongAnswerIsNotAskedForAgain(String name, ScoreServer.Behaviour lie) throws IOException {
        server.then(lie);
        requireMessage(name, catchThrowable(() -> score(config(), 2)));
        assertThat(server.requests).hasSize(1);
    }

    /** What a server does, which is there only when the test runs. */
    private interface Trouble extends Function<ScoreServer, ScoreServer.Behaviour> {}

    @DataProvider
    public Object[][] troubles() {
        return new Object[][] {
            {"error", (Trouble) s -> status(500, "CUDA out of memory\n  at line 3")},
            {"stall", (Trouble) ScoreServer::stalls},
            {"stall-in-body", (Trouble) ScoreServer::stallsInTheBody},
            {"break-off", (Trouble) s -> breaksOff()},
        };
    }

    @Test(dataProvider = "troubles")
    public void aLastingTroubleIsSaidAfterTheLastAttempt(
            String name, Function<ScoreServer, ScoreServer.Behaviour> trouble) throws IOException {
        server.then(trouble.apply(server), trouble.apply(server), trouble.apply(server));
        requireMessage(name, catchThrowable(() -> score(config(), 2)));
        assertThat(server.requests).hasSize(ATTEMPTS);
    }

    @Test
    public void anUnreachableServerIsSaid() throws IOException {
        server.close();
        Throwable thrown = catchThrowable(() -> score(config(), 2));
        requireMessage("unreachable", thrown);
        assertThat(thrown).isInstanceOf(UnavailableReward.class);
    }

    @Test
    public void aServerThatDiesBetweenRequestsIsSaid() throws IOException {
        server.then((exchange, request) -> {
            server.close();
        });
        requireMessage("unreachable", catchThrowable(() -> score(config(), 2)));
        assertThat(server.requests).hasSize(1);
    }

    /** Such as of a container network, which Java's own addresses do not know. */
    @Test
    public void hostsMayHaveAnUnderscore() {
        String url = "http://me:a%20b@reward_server:8000/score";
        assertThat(ServerAddress.shown(url)).isEqualTo("http://reward_server:8000/score");
        ServerAddress server = ServerAddress.of(URI.create(url)).orElseThrow();
        assertThat(server).isEqualTo(new ServerAddress(Optional.of("me:a%20b"), "reward_server", 8000));
        assertThat(server.user()).contains("me:a b");
        assertThatThrownBy(() ->
                        new RemoteConfig("http://reward_server:80000/", List.of(), ImageFormat.PNG, 1, 1, 1, 0, 0))
                .hasMessageStartingWith("url must have a port from 1 to 65535, was 80000");
        assertThatThrownBy(() -> new RemoteConfig("http://reward_server:x/", List.of(), ImageFormat.PNG, 1, 1, 1, 0, 0))
                .hasMessageStartingWith("url must be an http or https address");
    }

    @Test
    public void refusesWrongKeys() {
        for (String url : List.of("localhost:8000", "ftp://host/x", "http://", "http://a b", "")) {
            assertThatThrownBy(() -> new RemoteConfig(url, List.of(), ImageFormat.PNG, 1, 1, 1, 0, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("url must be an http or https address, was '" + url + "'");
        }
        assertThatThrownBy(() -> new RemoteConfig("http://u:p@ss/word@a/", List.of(), ImageFormat.PNG, 1, 1, 1, 0, 0))
                .hasMessageStartingWith("url must have %40 for each further @");
        assertThatThrownBy(() -> new RemoteConfig("http://a/", List.of(), ImageFormat.PNG, 0, 1, 1, 0, 0))
                .hasMessage("batch-size must be at least 1, was 0");
        assertThatThrownBy(() -> new RemoteConfig("http://a/", List.of(), ImageFormat.PNG, 1, Double.NaN, 1, 0, 0))
                .hasMessage("timeout-seconds must be positive and below a million, was NaN");
        assertThatThrownBy(() -> new RemoteConfig("http://a/", List.of(), ImageFormat.PNG, 1, 1, 0, 0, 0))
                .hasMessage("attempts must be at least 1, was 0");
        assertThatThrownBy(() -> new RemoteConfig("http://a/", List.of(), ImageFormat.PNG, 1, 1, 1, -1, 0))
                .hasMessage("backoff-seconds must not be negative, and below a million, was -1.0");
    }

    private float[] score(RemoteConfig config, int count) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(sample(i));
        }
        return new RemoteReward(
                        config,
                        new ScoreClient.Patience() {
                            @Override
                            public <T> T await(CompletableFuture<T> answer, Duration timeout)
                                    throws InterruptedException, ExecutionException, TimeoutException {
                                return server.awaitUnlessStalled(answer);
                            }
                        },
                        warning -> {
                            throw new AssertionError(warning);
                        })
                .score(samples);
    }

    @Test
    public void anAnswerHasItsTimeByTheClock() {
        assertThatThrownBy(
                        () -> ScoreClient.Patience.OF_THE_CLOCK.await(new CompletableFuture<>(), Duration.ofMillis(1)))
                .isInstanceOf(TimeoutException.class);
    }

    /** Of mean red 10 + i, with a prompt and a seed that are easily spoilt on the way. */
    private static Sample sample(int i) {
        byte[] rgb = new byte[3 * 2 * 3];
        for (int p = 0; p < 6; p++) {
            rgb[3 * p] = (byte) (10 + i + 2 * p - 5); // the middle of the six is 10 + i
            rgb[3 * p + 1] = (byte) 200;
            rgb[3 * p + 2] = (byte) (p * 40);
        }
        return new Sample("ein Käfer 🐞 \"" + i + "\"", 3, 2, rgb, Long.MAX_VALUE - i);
    }

    /** The message is the stored one, but for the port and the seconds. */
    private void requireMessage(String name, Throwable thrown) throws IOException {
        assertThat(thrown).isInstanceOf(UserException.class);
        String message = String.valueOf(thrown.getMessage())
                        .replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT")
                        .replaceAll("\\d+\\.\\d s;", "N s;")
                        .replace("\r\n", "\n")
                + "\n";
        Path golden = Path.of("src/test/resources/messages", name + ".txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, message);
        }
        assertThat(message).isEqualTo(Files.readString(golden));
    }
}
