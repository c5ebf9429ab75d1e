package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.slf4j.LoggerFactory;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.Secrets;
import org.tempera.core.reward.PictureScorer.Picture;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.Tempera;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The password and the token in a server's address go to the server, and nowhere else. */
public class SecretsOfRunsTest {
    private static final String WELL = "{\"scores\": [1, 2]}";

    private final CommandRunner command = new CommandRunner();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String said = WELL;
    private HttpServer server;
    private Path conf = Path.of("");
    private String url = "";

    @BeforeClass
    public void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/score", exchange -> {
            exchange.getRequestBody().readAllBytes();
            asked.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + exchange.getRequestURI());
            byte[] answer = said.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Location", "/" + said.replaceAll("\\P{ASCII}|\n", ""));
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        url = "http://user:hunter2@127.0.0.1:" + server.getAddress().getPort()
                + "/score?token=s3cret&x=1&foo=s3cret-t00&gr3y-s3cret";
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

    @BeforeMethod
    public void answerWell() {
        status = 200;
        said = WELL;
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        server.stop(0);
        command.close();
    }

    /** The config that is given has them, as from the environment of a pod that is started again. */
    @Test
    public void areTakenFromTheConfigWhereOneCommandBeginsAndGoesOn() {
        String again = "run.output=\"" + command.file("again").toString().replace('\\', '/') + "\"";
        command.succeed("train", conf.toString(), "--continue", again);
        command.succeed("train", conf.toString(), "--continue", again);
        assertHidden(command.out() + command.err());
        assertThat(command.file("again/config.conf")).content().contains("***").doesNotContain("hunter2", "s3cret");
    }

    @Test
    public void areInNothingThatARunShowsOrWrites() throws IOException {
        command.succeed("config", conf.toString(), "rewards.remote.url=" + url);
        assertHidden(command.out());
        assertThat(command.out()).contains("http://***@127.0.0.1", "token=***&x=***&foo=***&***");
        command.succeed("config", conf.toString(), "rewards.remote.replicas=[\"" + url + "&y=2\"]");
        assertHidden(command.out());
        assertThat(command.out()).contains("replicas = [\"http://***@127.0.0.1", "token=***&x=***&foo=***&***&y=***");
        command.succeed("train", conf.toString());
        assertHidden(command.out() + command.err());
        assertThat(asked).isNotEmpty().allSatisfy(request -> assertThat(request)
                .isEqualTo("Basic dXNlcjpodW50ZXIy /score?token=s3cret&x=1&foo=s3cret-t00&gr3y-s3cret"));

        Path run = command.file("run");
        command.succeed("report", run.toString());
        assertThat(command.run("train", "--resume", run.toString(), "run.epochs=2"))
                .isEqualTo(2);
        assertThat(command.err()).contains("rewards.remote.url", "Give it again");
        command.succeed("train", "--resume", run.toString(), "run.epochs=2", "rewards.remote.url=" + url);
        assertHidden(command.out() + command.err());
        assertHidden(run);
        assertThat(run.resolve("report.html")).content().contains("http://***@127.0.0.1");
    }

    /** All that a server may send back of what it was sent. */
    private static final String REPEATED =
            "you are user:hunter2, Basic dXNlcjpodW50ZXIy, of ?token=s3cret&foo=s3cret-t00&gr3y-s3cret (s3cret-t00xs3cret-t00), <a"
                    + " href='http://user:hunter2@h/?token=s3cret'>, {\\\"token\\\": \\\"s3cret\\\"} "
                    + "and so on, ".repeat(17)
                    + "s3cret-t00";

    @DataProvider
    public Object[][] answers() {
        return new Object[][] {
            {400, REPEATED},
            {301, REPEATED},
            {503, REPEATED},
            {200, REPEATED},
            {200, "{\"error\": \"" + REPEATED + "\"}"},
        };
    }

    @Test(dataProvider = "answers")
    public void areInNothingThatAServerRepeats(int code, String answer) throws IOException {
        status = code;
        said = answer;
        String[] places = {"--debug", "--json"};
        for (String option : places) {
            Path output = command.file("refused" + option);
            assertThat(command.run(
                            "train",
                            option,
                            "--overwrite",
                            conf.toString(),
                            "run.output=\"" + output.toString().replace('\\', '/') + "\""))
                    .isEqualTo(code == 503 ? Failure.AGAIN : 2);
            assertThat(command.err()).contains("remote reward: http://127.0.0.1");
            assertHidden(command.out() + command.err());
            assertHidden(output);
            assertThat(command.run("score", option, picture(), "--reward", "remote", "--config", conf.toString()))
                    .isEqualTo(2);
            assertHidden(command.out() + command.err());
        }
    }

    @Test
    public void areInNoNoteOfASampleThatIsSkipped() throws IOException {
        said = "{\"scores\": [1, \"" + REPEATED + "\"]}";
        Path output = command.file("skipped");
        command.succeed(
                "train",
                conf.toString(),
                "rewards.remote.on-failure=skip",
                "run.output=\"" + output.toString().replace('\\', '/') + "\"");
        assertHidden(command.out() + command.err());
        try (Stream<Path> failures = Files.list(output.resolve("failures"))) {
            assertThat(failures).isNotEmpty().allSatisfy(file -> assertThat(PngFiles.notes(file))
                    .hasEntrySatisfying("failure", reason -> assertThat(reason).contains("scores[1] = \"you are ***")));
        }
        assertHidden(output);
    }

    @Test
    public void areInNothingThatAProgramCatches() throws IOException {
        status = 400;
        said = REPEATED;
        Tempera tempera = Tempera.load(getClass().getClassLoader());
        RunConfig config = tempera.config(
                Map.of(
                        "run", Map.of("output", command.file("embedded").toString()),
                        "policy",
                                Map.of(
                                        "use",
                                        "stable-diffusion",
                                        "stable-diffusion",
                                        Map.of(
                                                "weights",
                                                CommandRunner.MODELS
                                                        .resolve("mini-sd")
                                                        .toString())),
                        "algorithm", Map.of("use", "ddpo", "ddpo", Map.of("batch-size", 2, "accumulation", 1)),
                        "rewards", Map.of("remote", Map.of("role", "train", "url", url, "attempts", 1)),
                        "sampling",
                                Map.of(
                                        "prompts", command.file("prompts.txt").toString(),
                                        "batch-size", 2,
                                        "batches-per-epoch", 1,
                                        "steps", 1),
                        "evaluation", Map.of("every", 1, "samples", 2, "grid-samples", 2)),
                command.folder());
        Picture picture = new Picture("p", RgbImage.of(2, 2, new byte[12]), Optional.of("a cat"));
        assertTold(() -> tempera.scorer("remote", config).score(List.of(picture)));
        assertTold(() -> tempera.openScorer("remote", config).score(picture.image(), "a cat"));
        HostReward plain =
                (HostReward) tempera.reward("remote", Map.of("url", url, "attempts", 1), "a map", command.folder());
        assertTold(() -> plain.score(List.of(new HostReward.Sample("a cat", 1, 1, new byte[3], 0))));
        assertTold(() -> {
            try (OpenRun run = tempera.start(config)) {
                run.run(progress -> {});
            }
        });
        assertTold(() -> tempera.config(
                Map.of("rewards", Map.of("remote", Map.of("url", url.replace("hunter2", "hun ter2/s3cret")))),
                command.folder()));
    }

    private static void assertTold(ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(UserException.class).satisfies(thrown -> {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).contains("remote");
            assertHidden(trace.toString());
        });
    }

    private String picture() {
        Path file = command.file("cat.png");
        PngFiles.write(file, RgbImage.of(2, 2, new byte[12]), Map.of(PngFiles.PROMPT, "a cat"));
        return file.toString();
    }

    @Test
    public void areInNoMessage() {
        int code = command.run("train", conf.toString(), "rewards.remote.url=" + url.replace("http:", "ftp:"));
        assertThat(code).isEqualTo(2);
        assertHidden(command.err());
        String gone = "http://user:hunter2@127.0.0.1:1/score?token=s3cret";
        assertThat(command.run(
                        "train", conf.toString(), "run.output=" + command.file("gone"), "rewards.remote.url=" + gone))
                .isEqualTo(Failure.AGAIN);
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
    public void theLogAndWhatPluginsPrintTellNoneAndSteerNoTerminal() {
        PrintStream before = System.err;
        StringWriter log = new StringWriter();
        Secrets secrets = new Secrets();
        secrets.add("open sesame");
        System.setErr(new LibrariesError(new SecretsWriter(new PrintableWriter(log), secrets)).stream());
        try {
            LoggerFactory.getLogger("log")
                    .warn(
                            "\rfirst\rsecond \u001b[1m http://user:hunter2@host/s?x=1&token=s3cret, token=42, open sesame ä");
            LoggerFactory.getLogger("org.tempera.core.Some").warn("third: 3");
            System.err.print("open ");
            System.err.println("sesame");
        } finally {
            System.setErr(before);
        }
        assertThat(log.toString().lines())
                .containsExactly(
                        "tempera: WARN log: \\u000dfirst\\u000dsecond \\u001b[1m http://***@host/s?x=***&token=***, token=42, *** ä",
                        "tempera: warning: third: 3", // as the command's own
                        "***");
    }

    private static void assertHidden(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertHidden(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static void assertHidden(String text) {
        assertThat(text).doesNotContain("hunter2", "s3cr", "gr3y", "dXNlcjpodW50ZXIy", "hun ter2");
    }
}
