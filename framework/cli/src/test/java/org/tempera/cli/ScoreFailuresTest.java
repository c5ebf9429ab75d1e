package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** What {@code score} says of pictures that a reward gives no number for. */
public class ScoreFailuresTest {
    private final CommandRunner command = new CommandRunner();
    private HttpServer server;
    private volatile String answer = "";

    @BeforeClass
    public void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        for (String name : List.of("a", "b", "c")) {
            PngFiles.write(
                    command.file(name + ".png"),
                    RgbImage.of(2, 2, new byte[12]),
                    Map.of(PngFiles.PROMPT, "a fox".repeat(100)));
        }
    }

    @AfterClass
    public void stop() {
        server.stop(0);
        command.close();
    }

    private int score(String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of("score", "--reward", "remote"));
        arguments.addAll(List.of(more));
        for (String name : List.of("a", "b", "c")) {
            arguments.add(command.file(name + ".png").toString());
        }
        arguments.add(
                "rewards.remote.url=http://127.0.0.1:" + server.getAddress().getPort() + "/");
        return command.run(arguments.toArray(new String[0]));
    }

    @Test
    public void areNamedAndTheOthersAreKept() {
        answer = "{\"scores\": [0.5, 1e39, 1.5]}";
        assertThat(score()).isEqualTo(2);
        assertThat(command.out())
                .contains("0.5000  ", "1.5000  ", "1.0000  mean of 2, 1 left out")
                .doesNotContain("NaN");
        assertThat(command.err())
                .contains("tempera: reward 'remote' gave no score for 1 of 3 picture(s):")
                .contains("found scores[1] = 1e39.")
                .contains(" for " + command.file("b.png"))
                .doesNotContain("Infinity");
    }

    /** Its header is sound, which is looked at first. */
    @Test
    public void aPictureWithDamagedPixelsIsOneOfThem() throws IOException, PlainJson.MalformedException {
        byte[] whole = Files.readAllBytes(command.file("b.png"));
        byte[] damaged = whole.clone();
        int pixels = new String(whole, StandardCharsets.ISO_8859_1).indexOf("IDAT") + 4;
        Arrays.fill(damaged, pixels, pixels + 4, (byte) -1);
        Files.write(command.file("b.png"), damaged);
        try {
            answer = "{\"scores\": [0.5, 1.5]}";
            assertThat(score("--json")).isEqualTo(2);
            assertThat(PlainJson.readObject(command.out()))
                    .containsEntry("failures", 1L)
                    .containsEntry("mean", 1.0);
            assertThat(command.out()).contains("0.5", "1.5");
            assertThat(command.err())
                    .contains("tempera: 1 of 3 picture(s) cannot be read, and have no score:")
                    .contains(command.file("b.png").toString());
        } finally {
            Files.write(command.file("b.png"), whole);
        }
    }

    @Test
    public void noneAtAllHaveNoMean() throws PlainJson.MalformedException {
        answer = "{\"scores\": [NaN, null, 1e999999999]}";
        assertThat(score("--json")).isEqualTo(2);
        assertThat(PlainJson.readObject(command.out()))
                .containsEntry("failures", 3L)
                .doesNotContainKey("mean");
        assertThat(command.err()).contains("found scores[2] = 1e999999999.").contains("b.png");
    }

    /** And no prompt is longer than a line. */
    @Test
    public void areNothingWhereAllAreWell() {
        answer = "{\"scores\": [0.5, 1, 1.5]}";
        assertThat(score()).as(command.err()).isEqualTo(0);
        assertThat(command.out()).contains("1.0000  mean of 3\n".strip()).contains("a foxa fox");
        assertThat(command.out().lines())
                .hasSize(5)
                .allMatch(line ->
                        line.length() < 120 + command.file("a.png").toString().length());
        assertThat(command.err()).isEmpty();
    }
}
