package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tempera.record.image.PngFiles;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Models of few steps, of the shapes of SD-Turbo, LCM and TAESD, are trained and drawn from as their folders are. */
public class FewStepsRunTest {
    private static final Path SMALL = Path.of("../../policies/stable-diffusion/src/test/resources/small")
            .toAbsolutePath()
            .normalize();

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path conf = Path.of("");

    /** SD-Turbo's is the model of tiny-sd's shape with its scheduler. */
    @BeforeClass
    public void writeConfig() throws IOException {
        Path turbo = folder.resolve("turbo");
        try (Stream<Path> all = Files.walk(SMALL.resolve("tiny-sd/model"))) {
            for (Path p : all.toList()) {
                Files.copy(
                        p,
                        turbo.resolve(
                                SMALL.resolve("tiny-sd/model").relativize(p).toString()));
            }
        }
        Files.copy(
                SMALL.resolve("turbo/scheduler_config.json"),
                turbo.resolve("scheduler/scheduler_config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        conf = command.smallRun(
                """
                algorithm {
                  use = ddpo
                  ddpo { batch-size = 2, accumulation = 1 }, tdpo { batch-size = 2, accumulation = 1 }
                  draft { batch-size = 2, accumulation = 1 }
                }
                rewards { jpeg-compressibility { role = train } }
                """);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    private static String lcm() {
        return "policy.stable-diffusion.weights=" + SMALL.resolve("lcm/model");
    }

    private String turbo() {
        return "policy.stable-diffusion.weights=" + folder.resolve("turbo");
    }

    @DataProvider
    public Object[][] runs() {
        Path models = CommandRunner.MODELS;
        return new Object[][] {
            {"turbo", List.of(turbo(), "sampling.steps=3", "sampling.guidance-scale=0")},
            {
                "lcm",
                List.of(
                        lcm(),
                        "sampling.steps=4",
                        "sampling.guidance-scale=8.5",
                        "algorithm.use=tdpo",
                        "critic={use=temporal-mlp,temporal-mlp={encoder=\"" + models.resolve("mini-clip") + "\"}}",
                        "policy.stable-diffusion.preview=" + SMALL.resolve("lcm/model/vae"))
            },
            {
                "lcm-draft",
                List.of(
                        lcm(),
                        "sampling.steps=2",
                        "algorithm.use=draft",
                        "rewards.jpeg-compressibility.role=logged",
                        "rewards.aesthetic={role=train,clip=\"" + models.resolve("mini-clip") + "\",head=\""
                                + models.resolve("aesthetic-head.safetensors") + "\"}")
            },
        };
    }

    @Test(dataProvider = "runs")
    public void trainsAndGoesOnAsIfItHadNotStopped(String name, List<String> overrides) throws IOException {
        Path whole = folder.resolve(name + "-whole");
        Path parts = folder.resolve(name + "-parts");
        train(overrides, "run.epochs=2", "run.output=" + whole);
        train(overrides, "run.epochs=1", "run.output=" + parts);
        command.succeed("train", "--resume", parts.toString(), "run.epochs=2");
        String tensors = "checkpoints/epoch-0002/tensors.safetensors";
        assertThat(Files.mismatch(whole.resolve(tensors), parts.resolve(tensors)))
                .isNegative();
    }

    private void train(List<String> overrides, String epochs, String output) {
        List<String> arguments = new ArrayList<>(List.of("train", conf.toString()));
        arguments.addAll(overrides);
        arguments.addAll(List.of(epochs, output));
        command.succeed(arguments.toArray(String[]::new));
    }

    /** The last step adds no noise, so that one step has no log-probability. */
    @Test
    public void oneStepIsTooFewForLogProbabilities() {
        String output = "run.output=" + folder.resolve("refused");
        assertThat(command.run("train", conf.toString(), turbo(), "sampling.steps=1", output))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("sampling.steps: expected so many that the model draws one of them with noise, found 1");
    }

    @Test
    public void asManyStepsAreTakenAsTimestepsAreGiven() {
        String timesteps = "policy.stable-diffusion.timesteps=[999,499,259]";
        String output = "run.output=" + folder.resolve("listed");
        assertThat(command.run("train", conf.toString(), lcm(), timesteps, "sampling.steps=4", output))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("steps must be 3, as many as there are timesteps given, [999, 499, 259], was 4");
        assertThat(command.run("config", conf.toString(), lcm(), "policy.stable-diffusion.timesteps=[499,999]"))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("policy.stable-diffusion.timesteps")
                .contains("must be one or more numbers from 0 on, falling, was [499, 999]");
        command.succeed("train", conf.toString(), lcm(), timesteps, "sampling.steps=3", "run.epochs=1", output);
    }

    /** As its own pipeline: four steps with noise, at a scale that is an input. */
    @Test
    public void aConsistencyModelIsDrawnFromInFewSteps() {
        String model = SMALL.resolve("lcm/model").toString();
        Path drawn = folder.resolve("samples");
        command.succeed("sample", model, "--prompt", "a cat", "--output", drawn.toString());
        assertThat(PngFiles.notes(drawn.resolve("0001-a-cat-seed-0.png")))
                .containsEntry("steps", "4")
                .containsEntry("eta", "1")
                .containsEntry("guidance", "8.5");
        assertThat(command.run("sample", model, "--prompt", "a cat", "--negative-prompt", "blurry"))
                .isEqualTo(2);
        assertThat(command.err()).contains("negative-prompt: the policy does not run on one");
    }

    /** Fifty guided steps of either would be fifty times too dear, and burnt. */
    @Test
    public void initAsksForAsFewStepsAsTheModelWasMadeFor() throws IOException {
        Path file = folder.resolve("lcm.conf");
        command.succeed(
                "init", file.toString(), "--weights", SMALL.resolve("lcm/model").toString());
        assertThat(file).content().contains("  steps = 4\n", "  guidance-scale = 8.5\n");
        file = folder.resolve("turbo.conf");
        command.succeed(
                "init", file.toString(), "--weights", folder.resolve("turbo").toString());
        assertThat(file).content().contains("  steps = 4\n", "  guidance-scale = 1.0\n");
        command.succeed("config", file.toString());
    }

    /** The example's own model has latents of 12 channels. */
    @Test
    public void aPreviewOfOtherLatentsIsRefused() {
        String preview = "policy.stable-diffusion.preview=" + SMALL.resolve("lcm/model/vae");
        String output = "run.output=" + folder.resolve("refused-too");
        assertThat(command.run("train", conf.toString(), preview, output)).isEqualTo(2);
        assertThat(command.err())
                .contains("policy.stable-diffusion.preview: expected an autoencoder of latents of 12 channels")
                .contains("found one of 4");
    }

    @Test
    public void aPreviewThatIsNoneIsRefused() {
        String preview = "policy.stable-diffusion.preview=" + SMALL.resolve("lcm/model/unet");
        String output = "run.output=" + folder.resolve("refused-again");
        assertThat(command.run("train", conf.toString(), lcm(), preview, output))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("_class_name: expected AutoencoderTiny or AutoencoderKL, found UNet2DConditionModel");
    }
}
