package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.testing.CommandProcess;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tempera, loaded twice in one JVM, trains twice. */
public class TwoLoadersTest {
    private static final String REWARD = "loader \\d: reward ";

    private final CommandRunner command = new CommandRunner();
    private Path config;

    @BeforeClass
    public void writeConfig() throws IOException {
        Path prompts = Files.writeString(command.file("prompts.txt"), "a cat\na dog\n");
        config = Files.writeString(
                command.file("run.conf"),
                """
                run { epochs = 2, seed = 3, threads = 1 }
                policy { use = stable-diffusion, stable-diffusion { weights = "%s/mini-sd" } }
                algorithm { use = ddpo, ddpo { batch-size = 2 } }
                optimizer { learning-rate = 1e-3 }
                rewards { jpeg-compressibility { role = train } }
                sampling { prompts = "%s", batch-size = 2, batches-per-epoch = 1, steps = 2 }
                evaluation { every = 0 }
                """
                        .formatted(
                                CommandRunner.MODELS.toString().replace('\\', '/'),
                                prompts.toString().replace('\\', '/')));
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[] tensorFlow() {
        return new Object[] {"shared", "each"};
    }

    @Test(dataProvider = "tensorFlow")
    public void bothTrainToTheSameReward(String tensorFlow) throws IOException, InterruptedException {
        String output = CommandProcess.of(
                        TwoLoaders.class.getName(),
                        tensorFlow,
                        config.toString(),
                        command.folder().toString())
                .run()
                .output();
        List<Double> rewards = output.lines()
                .filter(line -> line.matches(REWARD + ".*"))
                .map(line -> Double.valueOf(line.replaceFirst(REWARD, "")))
                .toList();
        assertThat(rewards).as(output).hasSize(2);
        // The second adds its gradients operation by operation: the last bits may be others.
        assertThat(rewards.get(1)).isCloseTo(rewards.get(0), within(1e-3 * Math.abs(rewards.get(0))));
    }
}
