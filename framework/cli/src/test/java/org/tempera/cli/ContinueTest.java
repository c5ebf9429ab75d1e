package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** One command that begins a run, and goes on with it when it is given again. */
public class ContinueTest {
    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void itBeginsAndGoesOnAndRefusesAnotherConfig() throws IOException {
        Path config = command.smallRun(
                """
                run { epochs = 1 }
                algorithm { use = ddpo, ddpo { batch-size = 4, accumulation = 1 } }
                rewards { jpeg-compressibility { role = train } }
                """);
        String output = "run.output=" + command.file("run");
        command.succeed("train", config.toString(), "--continue", output);
        Path checkpoint = command.file("run/checkpoints/epoch-0001/tensors.safetensors");
        byte[] first = Files.readAllBytes(checkpoint);
        command.succeed("train", config.toString(), "--continue", output);
        assertThat(Files.readAllBytes(checkpoint)).isEqualTo(first);
        assertThat(command.run("train", config.toString(), "--continue", output, "sampling.steps=3"))
                .isEqualTo(2);
        assertThat(command.err()).contains("holds a run of another configuration", "sampling.steps: 2 there, 3 here");

        Files.delete(command.file("run/checkpoints/epoch-0001/state.json"));
        Files.delete(checkpoint);
        Files.delete(checkpoint.getParent());
        command.succeed("train", config.toString(), "--continue", output);
        assertThat(Files.readAllBytes(checkpoint)).isEqualTo(first);
    }

    @Test
    public void itIsOneOfTheWaysToOpenAFolder() {
        assertThat(command.run("train", "run.conf", "--continue", "--overwrite"))
                .isEqualTo(2);
        assertThat(command.err()).contains("expected one of --resume, --overwrite, --free-name and --continue");
    }
}
