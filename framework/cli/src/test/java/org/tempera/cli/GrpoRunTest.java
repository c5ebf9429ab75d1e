package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** GRPO by one override of another algorithm's file, on a model from a diffusers folder. */
public class GrpoRunTest {
    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path conf = Path.of("");

    @BeforeClass
    public void writeConfig() {
        conf = command.smallRun(
                """
                algorithm { use = ddpo, grpo { batch-size = 2, accumulation = 1 } }
                rewards { jpeg-compressibility { role = train } }
                sampling { steps = 4 }
                """);
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    /** Every surrogate; windows that stay and that move; pictures that begin alike; a divergence in the loss. */
    @DataProvider
    public Object[][] settings() {
        return new Object[][] {
            {"clipped", new String[] {"algorithm.grpo.kl-loss=0.01"}},
            {"guard", new String[] {"sampling.stochastic-steps={count=2,move=random}"}},
            {
                "trust-region",
                new String[] {
                    "algorithm.grpo.log-prob=mean",
                    "sampling.initial-noise=shared",
                    "sampling.stochastic-steps={count=2,move=progressive}"
                }
            },
        };
    }

    @Test(dataProvider = "settings")
    public void runsAndGoesOnAsIfItHadNotStopped(String surrogate, String[] overrides) throws IOException {
        Path whole = folder.resolve(surrogate + "-whole");
        Path parts = folder.resolve(surrogate + "-parts");
        train(surrogate, overrides, "run.epochs=2", "run.output=" + whole);
        train(surrogate, overrides, "run.epochs=1", "run.output=" + parts);
        command.succeed("train", "--resume", parts.toString(), "run.epochs=2");
        String tensors = "checkpoints/epoch-0002/tensors.safetensors";
        assertThat(Files.mismatch(whole.resolve(tensors), parts.resolve(tensors)))
                .isNegative();
        assertThat(Files.readString(whole.resolve("metrics.jsonl")))
                .contains(
                        "\"reward/train/groups_without_spread\":0.0",
                        "\"train/on_policy_log_prob_error\":",
                        "\"train/held_above\":",
                        "\"train/ratio/part");
    }

    private void train(String surrogate, String[] overrides, String epochs, String output) {
        String[] arguments = new String[6 + overrides.length];
        arguments[0] = "train";
        arguments[1] = conf.toString();
        arguments[2] = "algorithm.use=grpo";
        arguments[3] = "algorithm.grpo.surrogate=" + surrogate;
        arguments[4] = epochs;
        arguments[5] = output;
        System.arraycopy(overrides, 0, arguments, 6, overrides.length);
        command.succeed(arguments);
    }

    /** The overrides of the page's presets are a config. */
    @Test
    public void everyPresetIsUnderstood() throws IOException {
        Pattern row = Pattern.compile("(?m)^\\| [A-Z][^|]*\\| [^|`]*`([^`]*=[^`]*)` \\|$");
        List<String> presets = row.matcher(Files.readString(Path.of("../../docs/algorithms/grpo.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(presets).hasSize(8);
        for (String preset : presets) {
            List<String> arguments = new ArrayList<>(List.of(
                    "config", conf.toString(), "algorithm.use=grpo", "sampling.batch-size=48", "sampling.steps=10"));
            arguments.addAll(List.of(preset.replace("'", "").split(" "))); // as a shell has them
            command.succeed(arguments.toArray(String[]::new));
        }
    }

    @Test
    public void onePictureOfAPromptIsTooFew() {
        String output = "run.output=" + folder.resolve("refused");
        assertThat(command.run("train", conf.toString(), "algorithm.use=grpo", "sampling.samples-per-prompt=1", output))
                .isEqualTo(2);
        assertThat(command.err())
                .contains(
                        "sampling.samples-per-prompt: expected 2 or more, for algorithm.grpo compares the samples of a"
                                + " prompt with each other, found 1");
    }
}
