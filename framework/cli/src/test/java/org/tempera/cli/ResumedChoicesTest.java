package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** A run that learns from choices and goes on: what has changed is named by the key that names it. */
public class ResumedChoicesTest {
    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();

    @AfterClass(alwaysRun = true)
    public void removeFolder() {
        command.close();
    }

    @Test
    public void otherPromptsAreThoseOfTheChoices() throws IOException {
        for (String name : new String[] {"1.png", "2.png"}) {
            PngFiles.write(folder.resolve(name), RgbImage.of(32, 32, new byte[3 * 32 * 32]), Map.of());
        }
        Path choices = choices("choices.jsonl", "a cat");
        Path others = choices("others.jsonl", "a dog");
        Path run = folder.resolve("run");
        Path conf = Files.writeString(
                folder.resolve("run.conf"),
                """
                run { epochs = 1, seed = 3 }
                policy { use = stable-diffusion, stable-diffusion { weights = "%s/mini-sd" } }
                algorithm { use = diffusion-dpo, diffusion-dpo { batch-size = 2, accumulation = 1 } }
                rewards { jpeg-compressibility { role = held-out } }
                sampling { choices = "%s", batch-size = 2, batches-per-epoch = 1, steps = 2 }
                evaluation { every = 1, samples = 2, grid-samples = 1 }
                """
                        .formatted(
                                CommandRunner.MODELS.toString().replace('\\', '/'),
                                choices.toString().replace('\\', '/')));
        command.succeed("train", conf.toString(), "run.output=" + run);
        command.succeed("evaluate", run.toString(), "--n", "1", "--no-kl");
        assertThat(command.out()).contains("jpeg-compressibility");
        try (Stream<Path> records = Files.list(run.resolve("evaluations"))) {
            assertThat(records).singleElement().satisfies(record -> assertThat(Files.readString(record))
                    .contains("\"prompt\":\"a cat\""));
        }
        int code =
                command.run("train", "--resume", run.toString(), "run.epochs=2", "sampling.choices=\"" + others + "\"");
        assertThat(command.err())
                .contains("evaluation.prompts (those of sampling.choices = " + others + "): content ")
                .doesNotContain("sampling.prompts");
        assertThat(code).isEqualTo(2);
    }

    private Path choices(String name, String prompt) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                "{\"prompt\": \"%s\", \"a\": \"1.png\", \"b\": \"2.png\", \"choice\": \"a\"}\n".formatted(prompt));
    }
}
