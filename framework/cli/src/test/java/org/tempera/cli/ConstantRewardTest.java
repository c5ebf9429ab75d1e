package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.TensorSource;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A reward that is the same for every picture is called so, and the algorithms' defaults leave the policy as it is. */
public class ConstantRewardTest {
    private final CommandRunner command = new CommandRunner();
    private HttpServer server;

    @BeforeClass
    public void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            int samples = request.split("\"image\"", -1).length - 1;
            byte[] answer =
                    ("{\"scores\": " + Collections.nCopies(samples, "0.1") + "}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterClass
    public void stop() {
        server.stop(0);
        command.close();
    }

    @DataProvider
    public Object[][] algorithms() {
        return new Object[][] {{"ddpo"}, {"tdpo"}, {"tdpo-r"}, {"rwr"}, {"nft"}, {"diffusion-dpo"}, {"d3po"}, {"dpok"}};
    }

    @Test(dataProvider = "algorithms")
    public void leavesThePolicyAsItIs(String algorithm) throws IOException {
        Path prompts = Files.writeString(command.file("prompts.txt"), "a cat\na dog\n");
        Path conf = Files.writeString(
                command.file("constant.conf"),
                """
                run { epochs = 2, seed = 3 }
                policy { use = stable-diffusion, stable-diffusion { weights = "%s/mini-sd" } }
                algorithm {
                  ddpo { batch-size = 2, accumulation = 1 }
                  tdpo { batch-size = 2, accumulation = 1 }
                  tdpo-r { batch-size = 2, accumulation = 1 }
                  rwr { batch-size = 2, accumulation = 1 }
                  nft { batch-size = 2, accumulation = 1 }
                  diffusion-dpo { batch-size = 2, accumulation = 1, pairs = online }
                  d3po { batch-size = 2, accumulation = 1 }
                  dpok { batch-size = 2, accumulation = 1, kl-loss = 0 }
                }
                critic { use = temporal-mlp, temporal-mlp { features = pooled-latent } }
                rewards { remote { url = "http://127.0.0.1:%d/" }, jpeg-compressibility { role = held-out } }
                sampling { prompts = "%s", batch-size = 6, batches-per-epoch = 1, samples-per-prompt = 2, steps = 2 }
                evaluation { every = 2, samples = 8, grid-samples = 1 }
                """
                        .formatted(
                                CommandRunner.MODELS.toString().replace('\\', '/'),
                                server.getAddress().getPort(),
                                prompts.toString().replace('\\', '/')));
        Path run = command.file(algorithm);
        command.succeed("train", conf.toString(), "run.output=" + run, "algorithm.use=" + algorithm);
        assertThat(command.out())
                .contains("Nothing was optimised: the training reward is constant, 0.100 for every sample")
                .contains("The training reward was constant in 2 of 2 epochs")
                .contains(
                        "Best by the held-out score (jpeg-compressibility): epoch 0, the first of all, which are equal: a tie.");
        // What an adapter adds is the product of two factors, of which one begins as 0.
        try (TensorSource adapter = SafetensorsFile.open(run.resolve("trained/pytorch_lora_weights.safetensors"))) {
            assertThat(adapter.names().stream().filter(name -> name.contains("lora_B") || name.contains(".up.")))
                    .isNotEmpty()
                    .allSatisfy(
                            name -> assertThat(adapter.readTensor(name).data()).containsOnly(0f));
        }
    }
}
