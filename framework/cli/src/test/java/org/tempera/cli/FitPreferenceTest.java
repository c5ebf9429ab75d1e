package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** {@code tempera fit-preference}: from choices to a head that {@code tempera score} uses. */
public class FitPreferenceTest {
    private static final Path CLIP = CommandRunner.MODELS.resolve("mini-clip");

    private final CommandRunner command = new CommandRunner();
    private final Path folder = command.folder();

    /** Pictures from dark to bright, and choices that always fall on the brighter one. */
    @BeforeClass
    public void makeChoices() throws IOException {
        for (int i = 0; i < 40; i++) {
            byte[] rgb = new byte[32 * 32 * 3];
            for (int k = 0; k < rgb.length; k++) {
                rgb[k] = (byte) (i * 5 + (k * 7 + i * 13) % 40);
            }
            PngFiles.write(folder.resolve(i + ".png"), RgbImage.of(32, 32, rgb), Map.of());
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            for (int j = 1; j <= 3; j++) {
                int other = (i + 11 * j) % 40;
                lines.add(line("a plain square", i + ".png", other + ".png", i > other ? "a" : "b"));
            }
        }
        Files.write(folder.resolve("choices.jsonl"), lines);
    }

    private static String line(String prompt, String a, String b, String choice) {
        return PlainJson.line(Map.of("prompt", prompt, "a", a, "b", b, "choice", choice));
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @Test
    public void fitsAHeadThatTheRewardReads() throws IOException {
        Path head = folder.resolve("head.safetensors");
        String choices = folder.resolve("choices.jsonl").toString();
        assertThat(command.run("fit-preference", choices, "--clip", CLIP.toString(), "-o", head.toString()))
                .as(command.err())
                .isEqualTo(0);
        assertThat(command.out())
                .contains("fitted to 96 choices", "on 24 held-out choices: accuracy ", "share pictures", "CONFIDENCE");
        try (SafetensorsFile file = SafetensorsFile.open(head)) {
            assertThat(file.metadata())
                    .containsEntry("fitted_choices", "96")
                    .containsKeys("choices_sha256", "clip_sha256", "held_out_accuracy_95", "ridge");
            assertThat(Double.parseDouble(file.metadata().get("held_out_accuracy")))
                    .isGreaterThan(0.8);
        }
        Path again = folder.resolve("again.safetensors");
        command.run("fit-preference", choices, "--clip", CLIP.toString(), "-o", again.toString());
        assertThat(again).hasSameBinaryContentAs(head);

        assertThat(command.run("fit-preference", choices, "--clip", CLIP.toString(), "-o", again.toString(), "--force"))
                .as(command.err())
                .isEqualTo(0);

        assertThat(command.run(
                        "score",
                        folder.resolve("1.png").toString(),
                        folder.resolve("38.png").toString(),
                        "--reward",
                        "human-preference",
                        "--json",
                        "rewards.human-preference.clip=" + CLIP,
                        "rewards.human-preference.head=" + head))
                .as(command.err())
                .isEqualTo(0);
        String[] scores = command.out().split("\"score\" : ");
        assertThat(Double.parseDouble(scores[1].split("[^-0-9.E]")[0]))
                .isLessThan(Double.parseDouble(scores[2].split("[^-0-9.E]")[0]));
    }

    @Test
    public void everyBadLineIsNamed() throws IOException {
        Path bad = folder.resolve("bad.jsonl");
        Files.write(
                bad,
                List.of(
                        line("a cat", "1.png", "2.png", "a"),
                        "{\"prompt\": ",
                        "",
                        line("a cat", "1.png", "2.png", "left"),
                        line("a cat", "1.png", "1.png", "a"),
                        line("a cat", "1.png", "none.png", "a"),
                        "{\"prompt\": \"a cat\", \"a\": \"1.png\", \"choice\": \"a\"}"));
        assertThat(fit(bad)).isEqualTo(2);
        String example = " Expected lines such as {\"prompt\": \"a cat\", \"a\": \"1.png\", \"b\": \"2.png\","
                + " \"choice\": \"a\"}.";
        assertThat(command.err()).startsWith("tempera: " + bad + ":2: not a JSON object (");
        assertThat(command.err().lines().skip(1).toList())
                .containsExactly(
                        bad + ":4: choice: expected a, b or tie, found 'left'.",
                        bad + ":5: a and b are the same picture, '1.png'.",
                        bad + ":6: " + folder.toAbsolutePath().resolve("none.png")
                                + ": no such picture. Paths start at the file's folder.",
                        bad + ":7: b: expected text, found nothing." + example);
    }

    @Test
    public void otherBadInputIsOneMessage() throws IOException {
        Path few = folder.resolve("few.jsonl");
        Files.write(few, List.of(line("a cat", "1.png", "2.png", "a")));
        assertThat(fit(few)).isEqualTo(2);
        assertThat(command.err()).contains("expected at least 10 choices, found 1");

        Files.writeString(folder.resolve("text.png"), "no picture");
        Path unreadable = folder.resolve("unreadable.jsonl");
        List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("choices.jsonl")));
        lines.add(line("a cat", "text.png", "2.png", "a"));
        Files.write(unreadable, lines);
        assertThat(fit(unreadable)).isEqualTo(2);
        assertThat(command.err()).contains("text.png: not a picture that can be read. Expected PNG, JPEG, GIF or BMP;");

        Path absent = folder.resolve("absent.jsonl");
        assertThat(fit(absent)).isEqualTo(2);
        assertThat(command.err()).contains(absent + ": expected a file of choices, found nothing. Check the path.");

        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("config.json"), "{\"model_type\": \"bert\"}");
        assertThat(command.run("fit-preference", absent.toString(), "--clip", other.toString(), "-o", "x.safetensors"))
                .isEqualTo(2);
        assertThat(command.err())
                .contains(
                        "model_type: expected \"clip\" or \"clip_vision_model\", found \"bert\". This folder holds another"
                                + " architecture");
        // Before a picture is embedded, and whatever lies there.
        String given = folder.resolve("choices.jsonl").toString();
        assertThat(command.run("fit-preference", given, "--clip", CLIP.toString(), "-o", given))
                .isEqualTo(2);
        assertThat(command.err()).contains("choices.jsonl: expected a file name that ends with .safetensors");
        Path there = Files.writeString(folder.resolve("there.safetensors"), "mine");
        assertThat(command.run("fit-preference", given, "--clip", CLIP.toString(), "-o", there.toString()))
                .isEqualTo(2);
        assertThat(command.err()).contains("there.safetensors: is there already.", "--force");
        assertThat(there).hasContent("mine");
        Path nowhere = folder.resolve("nowhere/head.safetensors");
        assertThat(command.run("fit-preference", given, "--clip", CLIP.toString(), "-o", nowhere.toString()))
                .isEqualTo(2);
        assertThat(command.err())
                .contains("nowhere does not exist. Make it first")
                .doesNotContain("embedded");
        assertThat(command.run(
                        "fit-preference", absent.toString(), "--clip", CLIP.toString(), "-o", "x", "--held-out", "1"))
                .isEqualTo(2);
        assertThat(command.err()).contains("--held-out: expected a share from 0 to 0.9, found 1.0.");
    }

    private int fit(Path choices) {
        return command.run(
                "fit-preference",
                choices.toString(),
                "--clip",
                CLIP.toString(),
                "-o",
                folder.resolve("none.safetensors").toString());
    }
}
