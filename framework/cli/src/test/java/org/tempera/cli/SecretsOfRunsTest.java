package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.tempera.core.json.PlainJson;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The password and the token in a server's address go to the server, and nowhere else. */
public class SecretsOfRunsTest {
    private final CommandRunner command = new CommandRunner();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Path conf = Path.of("");
    private String url = "";

    @BeforeClass
    public void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/score", exchange -> {
            exchange.getRequestBody().readAllBytes();
            asked.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + exchange.getRequestURI());
            byte[] answer = "{\"scores\": [1, 2]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        url = "http://user:hunter2@127.0.0.1:" + server.getAddress().getPort() + "/score?token=s3cret&x=1";
        Files.writeString(command.file("prompts.txt"), "a cat\n");
        conf = Files.writeString(
                command.file("run.conf"),
                """
                run { epochs = 1, output = run }
                policy { use = stable-diffusion, stable-diffusion { weights = "MODELS/mini-sd" } }
                algorithm { use = ddpo, ddpo { batch-size = 2, accumulation = 1 } }
                rewards { remote { role = train, url = "URL", attempts = 1 } }
                sampling { prompts = prompts.txt, batch-size = 2, batches-per-epoch = 1, steps = 1 }
                evaluation { every = 1, samples = 2, grid-samples = 2 }
                """
                        .replace("MODELS", CommandRunner.MODELS.toString().replace('\\', '/'))
                        .replace("URL", url));
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        server.stop(0);
        command.close();
    }

    @Test
    public void areInNothingThatARunShowsOrWrites() throws IOException {
        command.succeed("config", conf.toString(), "rewards.remote.url=" + url);
        assertHidden(command.out());
        assertThat(command.out()).contains("http://***@127.0.0.1", "token=***&x=1");
        command.succeed("train", conf.toString());
        assertHidden(command.out() + command.err());
        assertThat(asked).isNotEmpty().allSatisfy(request -> assertThat(request)
                .isEqualTo("Basic dXNlcjpodW50ZXIy /score?token=s3cret&x=1"));

        Path run = command.file("run");
        command.succeed("report", run.toString());
        assertThat(command.run("train", "--resume", run.toString(), "run.epochs=2"))
                .isEqualTo(2);
        assertThat(command.err()).contains("rewards.remote.url", "Give it again");
        command.succeed("train", "--resume", run.toString(), "run.epochs=2", "rewards.remote.url=" + url);
        assertHidden(command.out() + command.err());
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertHidden(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(run.resolve("report.html")).content().contains("http://***@127.0.0.1");
    }

    @Test
    public void areInNoMessage() {
        int code = command.run("train", conf.toString(), "rewards.remote.url=" + url.replace("http:", "ftp:"));
        assertThat(code).isEqualTo(2);
        assertHidden(command.err());
        String gone = "http://user:hunter2@127.0.0.1:1/score?token=s3cret";
        assertThat(command.run(
                        "train", conf.toString(), "run.output=" + command.file("gone"), "rewards.remote.url=" + gone))
                .isEqualTo(2);
        assertThat(command.err()).contains("127.0.0.1:1");
        assertHidden(command.err());
    }

    @Test
    public void proseStaysAsItIs() throws IOException, PlainJson.MalformedException {
        String prompt = "a neon sign that says \"token=42\", password: rose";
        String override = "sampling.negative-prompt=\"" + prompt.replace("\"", "\\\"") + "\"";
        command.succeed("config", conf.toString(), override, "--json");
        assertThat(PlainJson.readObject(command.out()).get("keys")).asString().contains(prompt);
        command.succeed("config", conf.toString(), override);
        Path again = Files.writeString(command.file("again.conf"), command.out());
        command.succeed("config", again.toString(), "--json");
        assertThat(PlainJson.readObject(command.out()).get("keys")).asString().contains(prompt);
    }

    @Test
    public void theLogTellsNoneAndSteersNoTerminal() {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            LoggerFactory.getLogger("log")
                    .warn("first\rsecond \u001b[1m http://user:hunter2@host/s?x=1&token=s3cret&y=2, token=42");
        } finally {
            System.setErr(before);
        }
        assertThat(log.toString(StandardCharsets.UTF_8).strip())
                .isEqualTo("WARN log: first?second ?[1m http://***@host/s?x=1&token=***&y=2, token=42");
    }

    private static void assertHidden(String text) {
        assertThat(text).doesNotContain("hunter2").doesNotContain("s3cret").doesNotContain("dXNlcjpodW50ZXIy");
    }
}
