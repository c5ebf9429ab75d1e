package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.record.image.ImageFiles;
import org.tempera.record.image.PngFiles;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** The commands `sample` and `score` on the models of the example; {@link TrainedRunTest} has them on a run. */
public class SampleAndScoreTest {
    private static final Path MODELS = CommandRunner.MODELS;

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void drawsFromAModelAndScoresByThePromptInTheFile() throws IOException {
        Path drawn = folder.resolve("drawn");
        assertThat(command.run(
                        "sample",
                        MODELS.resolve("mini-sd").toString(),
                        "--prompt",
                        "a Cat, sitting",
                        "--n",
                        "2",
                        "--seed",
                        "7",
                        "--steps",
                        "2",
                        "--output",
                        drawn.toString()))
                .as(command.err())
                .isEqualTo(0);
        Path first = drawn.resolve("0001-a-cat-sitting-seed-7.png");
        Path second = drawn.resolve("0002-a-cat-sitting-seed-8.png");
        assertThat(PngFiles.notes(second))
                .containsEntry("prompt", "a Cat, sitting")
                .containsEntry("seed", "8")
                .containsEntry("model", "mini-sd")
                .containsEntry("steps", "2")
                .containsEntry("guidance", "7.5")
                .containsEntry("eta", "0");
        assertThat(ImageFiles.read(second).width()).isGreaterThanOrEqualTo(32);

        // The same seed alone, into the same folder: numbered on, and the same picture.
        command.run(
                "sample",
                MODELS.resolve("mini-sd").toString(),
                "--prompt",
                "a Cat, sitting",
                "--seed",
                "8",
                "--steps",
                "2",
                "--output",
                drawn.toString());
        assertThat(drawn.resolve("0003-a-cat-sitting-seed-8.png")).hasSameBinaryContentAs(second);

        assertThat(command.run(
                        "score",
                        first.toString(),
                        second.toString(),
                        "--reward",
                        "clip-score",
                        "--json",
                        "rewards.clip-score.clip=" + MODELS.resolve("mini-clip")))
                .as(command.err())
                .isEqualTo(0);
        assertThat(command.out())
                .contains("\"reward\" : \"clip-score\"", "\"prompt\" : \"a Cat, sitting\"", "\"mean\" : ");
    }

    @Test
    public void badInputIsOneMessageAndExitCode2() throws IOException {
        Path cut = Files.write(folder.resolve("cut.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0});
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        String output = folder.resolve("none").toString();
        for (List<String> arguments : List.of(
                List.of("score", cut.toString(), text.toString(), "absent.png", "--reward", "random"),
                List.of("score", text.toString(), "--reward", "random", "--prompt", "a", "--prompt", "b"),
                List.of("sample", folder.resolve("no-such").toString(), "--prompt", "a", "--output", output),
                List.of("sample", folder.toString(), "--prompt", "a", "--output", output),
                List.of("sample", folder.toString()),
                List.of(
                        "sample",
                        MODELS.resolve("mini-sd").toString(),
                        "--prompt",
                        "a",
                        "--height",
                        "33",
                        "--output",
                        output))) {
            assertThat(command.run(arguments.toArray(new String[0])))
                    .as(arguments.toString())
                    .isEqualTo(2);
            assertThat(command.err()).startsWith("tempera: ").doesNotContain("\tat ");
        }
        command.run("score", cut.toString(), text.toString(), "absent.png", "--reward", "random");
        assertThat(command.err())
                .contains(
                        "cut.png: cannot be read as a picture", "text.png: not a picture", "absent.png: no such file");
        Path good = folder.resolve("good.png");
        PngFiles.write(good, org.tempera.record.image.RgbImage.of(2, 2, new byte[12]), java.util.Map.of());
        assertThat(command.run("score", good.toString(), "--reward", "aesthetics"))
                .isEqualTo(2);
        assertThat(command.err()).contains("aesthetics").contains("aesthetic'");
        assertThat(command.run("score", good.toString(), "--reward", "random", "rewards.random.seeed=2"))
                .isEqualTo(2);
        assertThat(command.err()).contains("rewards.random.seeed: unknown key. Did you mean 'seed'?");
    }

    @Test
    public void aNoteOfAnotherProgramIsNoPrompt() {
        Path notes = Path.of("../record/src/test/resources/notes");
        String plain = notes.resolve("plain.png").toString();
        String comfy = notes.resolve("comfyui.png").toString();
        String clip = "rewards.clip-score.clip=" + MODELS.resolve("mini-clip");
        assertThat(command.run("score", plain, comfy, "--reward", "clip-score", clip))
                .isEqualTo(2);
        assertThat(command.err())
                .contains(comfy + " (its note 'prompt' is data of another program, such as ComfyUI, and no text)")
                .doesNotContain(plain);
        command.succeed("score", plain, "--reward", "clip-score", clip);
        assertThat(command.out()).contains("a photo of a cat");
    }

    @Test
    public void readsThePromptsOfDataByTheirColumn() throws IOException {
        Path data = Files.writeString(
                folder.resolve("metadata.jsonl"), "{\"tag\": \"counting\", \"prompt\": \"two foxes\"}\n");
        Path drawn = folder.resolve("by-column");
        command.succeed(
                "sample",
                MODELS.resolve("mini-sd").toString(),
                "--prompts",
                data.toString(),
                "--steps",
                "1",
                "--output",
                drawn.toString());
        assertThat(PngFiles.notes(drawn.resolve("0001-two-foxes-seed-0.png"))).containsEntry("prompt", "two foxes");
    }

    @Test
    public void saysOnceWhichPromptsAreReadInPart() {
        Path drawn = folder.resolve("cut");
        String all = "a photo of a cat" + ", very detailed".repeat(1000);
        command.succeed(
                "sample",
                MODELS.resolve("mini-sd").toString(),
                "--prompt",
                "a dog",
                "--prompt",
                all,
                "--n",
                "2",
                "--steps",
                "1",
                "--output",
                drawn.toString());
        assertThat(command.err())
                .startsWith("tempera: warning: prompts that are longer than their text encoder are read in part:")
                .contains("the model cuts 1 of 2 prompts; of 'a photo of a cat, very detailed, very", "it leaves out '")
                .doesNotContain("negative")
                .hasLineCount(2);
        command.succeed(
                "score",
                drawn.resolve("0001-a-dog-seed-0.png").toString(),
                drawn.resolve("0003-a-photo-of-a-cat-very-detailed-very-deta-seed-0.png")
                        .toString(),
                "--json",
                "--reward",
                "clip-score",
                "rewards.clip-score.clip=" + MODELS.resolve("mini-clip"));
        assertThat(command.err())
                .contains("reward 'clip-score' cuts 1 of 2 prompts; of 'a photo of a cat")
                .hasLineCount(2);
        assertThat(command.out()).startsWith("{").contains(all);
    }

    @Test
    public void jsonIsAloneOnStandardOutputAndQuietSaysTheResultOnly()
            throws IOException, PlainJson.MalformedException {
        Path drawn = folder.resolve("json");
        String[] arguments = {
            "sample",
            MODELS.resolve("mini-sd").toString(),
            "--prompt",
            "a dog",
            "--n",
            "2",
            "--grid",
            "--steps",
            "1",
            "--output",
            drawn.toString(),
            "--json"
        };
        command.succeed(arguments);
        Map<String, Object> document = PlainJson.readObject(command.out());
        assertThat(document).containsOnlyKeys("source", "pictures", "grid");
        assertThat(document.get("grid").toString()).endsWith("0003-grid.png");
        assertThat(document.get("pictures").toString()).contains("0002-a-dog-seed-1.png", "prompt=a dog", "seed=1");
        assertThat(command.err()).contains("drawing from ").doesNotContain("opening ");
        assertThat(ImageFiles.read(drawn.resolve("0003-grid.png")).width())
                .isGreaterThan(2
                        * ImageFiles.read(drawn.resolve("0001-a-dog-seed-0.png"))
                                .width());

        arguments[arguments.length - 1] = "--quiet";
        command.succeed(arguments);
        assertThat(command.out().lines()).hasSize(3).allMatch(line -> line.endsWith(".png"));
        assertThat(command.err()).isEmpty();
    }
}
