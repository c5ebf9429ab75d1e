package org.tempera.record.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class ChoicesTest {
    private static Path file(String... choices) throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "choices");
        for (int i = 1; i <= 3; i++) {
            PngFiles.write(folder.resolve(i + ".png"), RgbImage.of(i, 2, new byte[6 * i]), Map.of());
        }
        Files.writeString(folder.resolve("4.png"), "no picture");
        StringBuilder lines = new StringBuilder();
        for (String choice : choices) {
            lines.append("{\"prompt\":\"p\",\"a\":\"").append(choice.charAt(0));
            lines.append(".png\",\"b\":\"").append(choice.charAt(1));
            lines.append(".png\",\"choice\":\"").append(choice.substring(2)).append("\"}\n");
        }
        return Files.writeString(folder.resolve("choices.jsonl"), lines);
    }

    @Test
    public void tiesAreLeftOutAndTheChosenPictureIsKnown() throws IOException {
        Choices choices = Choices.read(file("12a", "23tie", "12b"));
        assertThat(choices.decided()).hasSize(2);
        assertThat(choices.decided().get(0).chosen()).hasFileName("1.png");
        assertThat(choices.decided().get(1).chosen()).hasFileName("2.png");
        assertThat(choices.decided().get(1).rejected()).hasFileName("1.png");
        assertThat(choices.prompts()).containsExactly("p");
        assertThat(choices.pictures()).hasSize(2);
    }

    @Test
    public void tiesAloneTeachNothing() throws IOException {
        Path file = file("12tie");
        assertThatThrownBy(() -> Choices.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        file + ": expected choices of one of two pictures, found ties alone, from which no preference"
                                + " can be learnt.");
    }

    @Test
    public void allPicturesThatDoNotFitAreNamed() throws IOException {
        Choices choices = Choices.read(file("12a", "23a", "14a"));
        choices.pictures().forEach(p -> assertThat(p).isAbsolute());
        assertThatThrownBy(() -> choices.requireSize(new ImageSize(2, 2)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("1.png: expected a picture of 2x2 pixels, as the policy draws them, found 1x2.")
                .hasMessageContaining("3.png: expected a picture of 2x2 pixels, as the policy draws them, found 3x2.")
                .hasMessageContaining("4.png: ")
                .hasMessageEndingWith(
                        "The policy learns from what people have seen: pictures are neither resized nor cut."
                                + " Bring them to its size, or choose another policy.");
    }
}
