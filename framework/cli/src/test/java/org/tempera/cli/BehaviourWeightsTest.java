package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.PngFiles;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A run that keeps a copy of its policy, here one that never follows it: the policy before training. */
public class BehaviourWeightsTest {
    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();
    private Path conf = Path.of("");

    @BeforeClass
    public void train() throws IOException {
        Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a cat\na dog\n");
        conf = Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = 1, seed = 3 }
                policy { use = stable-diffusion, stable-diffusion { weights = "%s/mini-sd" } }
                algorithm { use = ddpo, ddpo { batch-size = 2, accumulation = 1 } }
                rewards { jpeg-compressibility { role = train } }
                sampling { prompts = "%s", batch-size = 2, batches-per-epoch = 1, steps = 2 }
                optimizer { learning-rate = 1e-2 }
                evaluation { every = 1, samples = 2, grid-samples = 2 }
                behaviour { evaluated = true, follow { decay = constant, most = 1 } }
                """
                        .formatted(
                                CommandRunner.MODELS.toString().replace('\\', '/'),
                                prompts.toString().replace('\\', '/')));
        command.succeed("train", conf.toString(), "run.output=" + folder.resolve("run"));
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void theCopyIsDrawnWithAndExported() throws IOException {
        Path run = folder.resolve("run");
        Path drawn = folder.resolve("drawn");
        draw(run, drawn, "--weights", "policy");
        assertThat(command.out())
                .contains("(the policy's weights; the run's evaluations measured its behaviour weights)");
        draw(run, drawn);
        assertThat(command.out()).contains("(behaviour weights)");
        draw(run, drawn, "--checkpoint", "epoch-0000");
        Path copy = drawn.resolve("0002-a-dog-seed-0.png");
        assertThat(ImageFiles.read(copy))
                .isNotEqualTo(ImageFiles.read(drawn.resolve("0001-a-dog-seed-0.png")))
                .isEqualTo(ImageFiles.read(drawn.resolve("0003-a-dog-seed-0.png")));
        assertThat(PngFiles.notes(copy)).containsEntry("model", "run/epoch-1 (behaviour weights)");

        Path policy = folder.resolve("policy");
        Path behaviour = folder.resolve("behaviour");
        command.succeed("export", run.toString(), policy.toString(), "--layout", "peft", "--weights", "policy");
        command.succeed("export", run.toString(), behaviour.toString(), "--layout", "peft");
        String file = "adapter_model.safetensors";
        assertThat(Files.mismatch(policy.resolve(file), behaviour.resolve(file)))
                .isNotNegative();
    }

    /** What is measured afterwards is what the run's own evaluations chose the checkpoint by. */
    @Test
    public void theCopyIsMeasuredUnlessThePolicyIsAskedFor() throws PlainJson.MalformedException {
        String run = folder.resolve("run").toString();
        Map<?, ?> copy = evaluated(run);
        assertThat(evaluated(run, "--weights", "behaviour").get("fingerprint")).isEqualTo(copy.get("fingerprint"));
        assertThat(evaluated(run, "--weights", "policy").get("fingerprint")).isNotEqualTo(copy.get("fingerprint"));
        assertThat((String) copy.get("source")).endsWith("(behaviour weights)");
    }

    private Map<?, ?> evaluated(String run, String... more) throws PlainJson.MalformedException {
        List<String> arguments = new ArrayList<>(List.of("evaluate", run, "--n", "1", "--no-kl", "--json"));
        arguments.addAll(List.of(more));
        command.succeed(arguments.toArray(String[]::new));
        return (Map<?, ?>) ((List<?>) PlainJson.readObject(command.out()).get("evaluations")).get(0);
    }

    @Test
    public void aRunThatKeepsNoneAndAModelSaySo() {
        Path run = folder.resolve("without");
        command.succeed("train", conf.toString(), "run.output=" + run, "behaviour.evaluated=false");
        String output = folder.resolve("none").toString();
        assertThat(command.run("sample", run.toString(), "--prompt", "a", "--weights", "behaviour", "--output", output))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("epoch-0001: expected behaviour weights, found none: the run keeps none (behaviour.draws,");
        String model = CommandRunner.MODELS.resolve("mini-sd").toString();
        assertThat(command.run("sample", model, "--prompt", "a", "--weights", "behaviour", "--output", output))
                .isEqualTo(2);
        assertThat(command.err()).contains("is a model; behaviour weights are a run's");
        assertThat(command.run("export", model, output, "--layout", "peft", "--weights", "behaviour"))
                .isEqualTo(2);
        assertThat(command.err()).contains("is no run; behaviour weights are a run's");
    }

    private void draw(Path run, Path output, String... more) {
        String[] all = {"sample", run.toString(), "--prompt", "a dog", "--output", output.toString()};
        String[] arguments = Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, arguments, all.length, more.length);
        command.succeed(arguments);
    }
}
