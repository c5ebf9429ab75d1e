package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A run whose scorer goes away ends as one that may be started again, and goes on once the scorer is back. */
public class AwayScorerTest {
    private final CommandRunner command = new CommandRunner();
    private final AtomicInteger answers = new AtomicInteger();
    private volatile Away away = () -> {};
    private HttpServer server;

    /** What happens while the scorer is away. */
    private interface Away {
        void happens() throws IOException;
    }

    @BeforeClass
    public void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            boolean here = answers.getAndDecrement() > 0;
            if (!here) {
                away.happens();
            }
            byte[] body = (here ? "{\"scores\": [0.1, 0.4, 0.2, 0.3]}" : "starting").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(here ? 200 : 503, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }

    @AfterClass
    public void stop() {
        server.stop(0);
        command.close();
    }

    @Test
    public void theRunEndsAsOneToBeStartedAgainAndGoesOn() {
        Path conf = run("run", 1);
        answers.set(1);
        assertThat(command.run("train", conf.toString(), "--continue")).isEqualTo(Failure.AGAIN);
        assertThat(command.err())
                .contains("gave no scores in 2 attempt(s)", "status 503: starting", "Epoch 1 is saved.")
                .doesNotContain("Mend the reward");
        answers.set(Integer.MAX_VALUE);
        command.succeed("train", conf.toString(), "--continue");
        assertThat(command.out()).contains("goes on after epoch 1").contains("epoch 3/3");
    }

    /** Who only starts it again would lose the same epoch each time, and never make room. */
    @Test
    public void whereTheEpochBeforeCannotBeSavedThatIsToBeMendedFirst() {
        Path conf = run("full", 5);
        answers.set(1);
        Path checkpoints = command.file("full/checkpoints");
        away = () -> {
            Files.deleteIfExists(checkpoints);
            Files.writeString(checkpoints, "a file where the folder would be");
        };
        assertThat(command.run("train", conf.toString())).isEqualTo(Failure.USER_ERROR);
        assertThat(command.err())
                .contains("gave no scores in 2 attempt(s)", "full/checkpoints: expected a folder, found a file");
    }

    private Path run(String name, int saveEvery) {
        return command.smallRun(
                """
                algorithm { use = ddpo, ddpo { batch-size = 4, accumulation = 1 } }
                rewards.remote { role = train, url = "http://127.0.0.1:%d/", attempts = 2, backoff-seconds = 0.01 }
                evaluation { every = 0 }
                checkpoint { every = %d }
                run { epochs = 3, output = "%s" }
                """
                        .formatted(
                                server.getAddress().getPort(),
                                saveEvery,
                                command.file(name).toString().replace('\\', '/')));
    }
}
