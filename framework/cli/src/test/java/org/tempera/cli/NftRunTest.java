package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** DiffusionNFT by one override: the copy of the policy that it brings draws, is kept, and goes on with a run. */
public class NftRunTest {
    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path conf = Path.of("");

    @BeforeClass
    public void writeConfig() {
        conf = command.smallRun(
                """
                algorithm { use = ddpo, nft { batch-size = 2, accumulation = 1, beta = 0.1 } }
                rewards { jpeg-compressibility { role = train } }
                sampling { eta = 0 }
                """);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void runsAndGoesOnAsIfItHadNotStopped() throws IOException {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        command.succeed("train", conf.toString(), "algorithm.use=nft", "run.epochs=2", "run.output=" + whole);
        command.succeed("train", conf.toString(), "algorithm.use=nft", "run.epochs=1", "run.output=" + parts);
        command.succeed("train", "--resume", parts.toString(), "run.epochs=2");
        String tensors = "checkpoints/epoch-0002/tensors.safetensors";
        assertThat(Files.mismatch(whole.resolve(tensors), parts.resolve(tensors)))
                .isNegative();
        assertThat(Files.readString(whole.resolve("config.conf"))).contains("draws = true", "decay = linear");
        command.succeed(
                "export",
                whole.toString(),
                folder.resolve("copy").toString(),
                "--layout",
                "peft",
                "--weights",
                "behaviour");
    }

    @Test
    public void onePictureOfAPromptIsTooFew() {
        String output = "run.output=" + folder.resolve("refused");
        assertThat(command.run("train", conf.toString(), "algorithm.use=nft", "sampling.samples-per-prompt=1", output))
                .isEqualTo(2);
        assertThat(command.err()).contains("sampling.samples-per-prompt: expected 2 or more, for algorithm.nft");
    }
}
