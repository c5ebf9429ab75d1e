package org.tempera.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.tempera.remote.ScoreServer.says;
import static org.tempera.remote.ScoreServer.status;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.tempera.remote.RemoteConfig.ImageFormat;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.HostReward.Sample;
import org.tempera.spi.reward.PartialScores;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Servers and addresses that a client does not foresee: one message of moderate length each. */
public class BadServersTest {
    private static final String PASSWORD = "changeit";

    @DataProvider
    public Object[] answers() {
        return new Object[] {
            "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
            "HTTP/1.1 2x0 OK\r\n\r\n",
            "SSH-2.0-OpenSSH_9.2\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(100) + "Content-Length: 2\r\n\r\n{}",
            "\r\n\r\n\r\n",
            "",
        };
    }

    @Test(dataProvider = "answers", timeOut = 60_000)
    public void isSaidInOneMessage(String answer) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> serve(server, answer), "bad-server");
            thread.setDaemon(true);
            thread.start();
            String url = "http://127.0.0.1:" + server.getLocalPort() + "/score";
            assertThatThrownBy(() -> score(url, 1))
                    .isInstanceOf(UserException.class)
                    .satisfies(e -> assertThat(e.getMessage())
                            .startsWith("remote reward: ")
                            .hasSizeLessThan(1_000));
        }
    }

    @Test(timeOut = 60_000)
    public void aLengthThatIsNoneIsNoHttp() throws IOException {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{\"scores\": [1]}";
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            // The connection stays open: who waits for its end waits for ever.
            Thread thread = new Thread(() -> hold(server, answer), "bad-server");
            thread.setDaemon(true);
            thread.start();
            assertThatThrownBy(() -> score("http://127.0.0.1:" + server.getLocalPort() + "/score", 1))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("answered what is no HTTP (Content-Length -5)");
        }
    }

    @DataProvider
    public Object[][] lengths() {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        String broken = "the connection broke before the answer was whole";
        return new Object[][] {
            // An integer below zero to who reads it carelessly, and then without an end.
            {chunked + "80000000\r\n{\"scores\": [1]}\r\n0\r\n\r\n", broken},
            {chunked + "fffffff0\r\n{\"scores\": [1]}\r\n0\r\n\r\n", broken},
            {chunked + "100000000\r\n{\"scores\": [1]}\r\n0\r\n\r\n", broken},
            {chunked + "7fffffff\r\n{\"scores\": [1]}", broken},
            {chunked + "-1\r\n{\"scores\": [1]}\r\n0\r\n\r\n", broken},
            {"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"scores\": [1]}", broken},
            {"HTTP/1.1 200 OK\r\nConte", broken},
            {"HTTP/1.1 200", broken},
            {"HTTP/1.1 100 Continue\r\n\r\n".repeat(50_000), "remote reward: "},
            {"SSH-2.0-OpenSSH_9.2\r\n", "answered what is no HTTP"},
        };
    }

    /** The server has answered and gone away: there is nothing to wait for. */
    @Test(dataProvider = "lengths", timeOut = 60_000)
    public void noLengthIsWaitedForOrReadWithoutEnd(String answer, String message) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> serve(server, answer), "bad-server");
            thread.setDaemon(true);
            thread.start();
            assertThatThrownBy(() -> score("http://127.0.0.1:" + server.getLocalPort() + "/score", 1))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(message);
        }
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (each.getName().equals("remote-reward")) {
                each.join();
            }
        }
    }

    /** Writing to it has no limit of time: each attempt would leave its thread and its connection behind. */
    @Test(timeOut = 60_000)
    public void oneThatReadsNothingIsLetGo() throws Exception {
        try (ServerSocket server = new ServerSocket()) {
            server.setReceiveBufferSize(1 << 12);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
            RemoteConfig config = new RemoteConfig(
                    "http://127.0.0.1:" + server.getLocalPort() + "/score", List.of(), ImageFormat.RAW, 1, 1, 1, 0, 0);
            Sample large = new Sample("a cat", 2_000, 2_000, new byte[12_000_000], 7);
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            assertThatThrownBy(() -> new RemoteReward(config).score(List.of(large)))
                    .hasMessageContaining("no answer within 1.0 s");
            for (Thread each : Thread.getAllStackTraces().keySet()) {
                if (!before.contains(each) && each.getName().startsWith("remote-reward")) {
                    each.join();
                }
            }
        }
    }

    @Test
    public void anAnswerThatNamesAKeyTwiceIsRefused() throws IOException {
        try (ScoreServer server = new ScoreServer()) {
            server.then(says("{\"scores\": [1], \"scores\": [2]}"));
            assertThatThrownBy(() -> score(server.url(), 1))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("an answer that names a key twice");
        }
    }

    @Test
    public void controlsInWhatAServerSaysAreLeftToBeShown() {
        assertThat(new ServerWords("http://h/").said("\u001b[31m no\r\n  way".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(": \u001b[31m no way");
    }

    private static void hold(ServerSocket server, String answer) {
        try (Socket socket = server.accept()) {
            socket.getInputStream().read(new byte[1 << 16]);
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            while (socket.getInputStream().read() >= 0) {
                // until the client goes away
            }
        } catch (IOException e) {
            // The client went away, or the test is over.
        }
    }

    private static void serve(ServerSocket server, String answer) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                in.read(new byte[1 << 16]);
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // The client went away, or the test is over.
            }
        }
    }

    @DataProvider
    public Object[] ports() {
        return new Object[] {"99999", "0", "65536"};
    }

    @Test(dataProvider = "ports")
    public void aPortThatIsNoneIsAMistakeOfTheConfig(String port) {
        assertThatThrownBy(() -> config("http://127.0.0.1:" + port + "/x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "url must have a port from 1 to 65535, was " + port + " in 'http://127.0.0.1:" + port + "/x'");
    }

    @Test
    public void whatIsFoundIsShownInPart() throws IOException {
        try (ScoreServer server = new ScoreServer()) {
            server.then(says("{\"scores\": [{\"k\": \"" + "x".repeat(3_000_000) + "\"}]}"));
            Throwable thrown = catchThrowable(() -> score(server.url(), 1));
            assertThat(thrown).isInstanceOf(UserException.class);
            assertThat(thrown.getMessage()).contains("scores[0] = {").hasSizeLessThan(1_000);
        }
    }

    @Test
    public void whatWasGoodIsKept() throws IOException {
        try (ScoreServer server = new ScoreServer()) {
            server.then(says("{\"scores\": [1, \"two\"]}"), ScoreServer::well, says("{\"scores\": []}"));
            PartialScores thrown = (PartialScores) catchThrowable(() -> score(server.url(), 6));
            assertThat(thrown).hasMessageContaining("found scores[1] = \"two\"");
            assertThat(thrown.scores()).containsExactly(1, Float.NaN, 20, 20, Float.NaN, Float.NaN);
        }
    }

    @Test
    public void aServerThatIsLostOnTheWayIsNotAskedAgainForTheRest() throws IOException {
        try (ScoreServer server = new ScoreServer()) {
            server.then(ScoreServer::well, status(500, ""), status(500, ""), ScoreServer::well);
            PartialScores thrown = (PartialScores) catchThrowable(() -> score(server.url(), 6));
            assertThat(thrown).hasMessageContaining("gave no scores in 2 attempt(s)");
            assertThat(thrown.scores()).containsExactly(20, 20, Float.NaN, Float.NaN, Float.NaN, Float.NaN);
            assertThat(server.requests).hasSize(3);
        }
    }

    @Test
    public void isLeftAloneForAsLongAsItAsks() throws IOException {
        try (ScoreServer server = new ScoreServer()) {
            server.then((exchange, request) -> {
                exchange.getResponseHeaders().set("Retry-After", "1");
                exchange.sendResponseHeaders(503, -1);
            });
            long begin = System.nanoTime();
            assertThat(score(server.url(), 1)).containsExactly(20);
            assertThat(System.nanoTime() - begin).isGreaterThan(1_000_000_000L);
        }
        assertThat(ScoreClient.retryAfter("120")).isEqualTo(120);
        assertThat(ScoreClient.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT")).isZero();
        assertThat(ScoreClient.retryAfter("99999999999999999999")).isGreaterThan(1e19);
        assertThat(ScoreClient.retryAfter("soon")).isZero();
        assertThat(ScoreClient.retryAfter("")).isZero();
    }

    @Test
    public void userAndPasswordOfAnAddressAreSent() throws IOException {
        try (ScoreServer server = new ScoreServer()) {
            List<String> seen = new ArrayList<>();
            server.then((exchange, request) -> {
                seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
                ScoreServer.well(exchange, request);
            });
            score(server.url().replace("http://", "http://user:a%20b@"), 1);
            assertThat(seen).containsExactly("Basic dXNlcjphIGI=");
        }
    }

    @Test(timeOut = 120_000)
    public void aCertificateThatNobodySignedIsNotTrusted() throws Exception {
        Path folder = Files.createTempDirectory("certificate");
        Path store = folder.resolve("store.p12");
        try {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(selfSigned(store)));
            server.start();
            try {
                int port = server.getAddress().getPort();
                assertThatThrownBy(() -> score("https://localhost:" + port + "/score", 1))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("its certificate is not trusted")
                        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
            } finally {
                server.stop(0);
            }
            try (ScoreServer plain = new ScoreServer()) {
                assertThatThrownBy(() -> score(plain.url().replace("http:", "https:"), 1))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("https");
            }
        } finally {
            Files.deleteIfExists(store);
            Files.delete(folder);
        }
    }

    private static SSLContext selfSigned(Path store) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD,
                        "-keypass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static RemoteConfig config(String url) {
        // A server of plain HTTP waits for the end of what TLS begins with.
        boolean waits = url.startsWith("https:") && !url.contains("localhost");
        return new RemoteConfig(url, List.of(), ImageFormat.RAW, 2, waits ? 1 : 60, 2, 0.01, 0);
    }

    /** Of pictures whose red is 20. */
    private static float[] score(String url, int count) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(new Sample("a cat", 1, 1, new byte[] {20, 0, 0}, i));
        }
        return ((HostReward) new RemoteProvider().create(config(url))).score(samples);
    }
}
