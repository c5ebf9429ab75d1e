package org.tempera.record.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.tempera.base.text.PromptText;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ChoiceFileTest {
    private static Path file(String line) throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-files")), "choices");
        Files.createFile(folder.resolve("1.png"));
        Files.createFile(folder.resolve("2.png"));
        return Files.writeString(folder.resolve("choices.jsonl"), line + "\n");
    }

    @DataProvider
    public Object[][] others() {
        return new Object[][] {
            {"null"},
            {"[null]"},
            {"{\"x\":{\"y\":[1,{}]}}"},
            {"123456789012345678901234567890"},
            {"1e400"},
            {"NaN"},
            {"-Infinity"},
            {"9223372036854775808"},
            {"true"},
            {"\"text\""},
        };
    }

    @Test(dataProvider = "others")
    public void otherKeysMayHoldAnything(String value) throws IOException {
        String line = "{\"prompt\":\"p\",\"a\":\"1.png\",\"note\":" + value + ",\"b\":\"2.png\",\"choice\":\"a\"}";
        assertThat(ChoiceFile.read(file(line))).singleElement().satisfies(choice -> assertThat(choice.prompt())
                .isEqualTo("p"));
    }

    @Test
    public void aPictureThatIsNoPathIsNamed() throws IOException {
        Path file = file("{\"prompt\":\"p\",\"a\":\"1.png\\u0000\",\"b\":\"2.png\",\"choice\":\"a\"}");
        assertThatThrownBy(() -> ChoiceFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("choices.jsonl:1: ")
                .hasMessageContaining("is no path of a picture");
    }

    @Test
    public void longValuesAreCut() throws IOException {
        Path choice =
                file("{\"prompt\":\"p\",\"a\":\"1.png\",\"b\":\"2.png\",\"choice\":\"" + "x".repeat(100_000) + "\"}");
        assertThatThrownBy(() -> ChoiceFile.read(choice))
                .hasMessageEndingWith("choice: expected a, b or tie, found '" + "x".repeat(80) + "...'.");
        Path prompt = file("{\"prompt\":[" + "1,".repeat(100_000) + "1]}");
        assertThatThrownBy(() -> ChoiceFile.read(prompt))
                .hasMessageContaining("prompt: expected text, found [1, 1, ")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }

    @Test
    public void promptsAreAsThoseOfAFileOfPrompts() throws IOException {
        String line = "{\"prompt\":\"%s\",\"a\":\"1.png\",\"b\":\"2.png\",\"choice\":\"a\"}";
        Path half = file(String.format(Locale.ROOT, line, "a \\ud800 cat"));
        assertThatThrownBy(() -> ChoiceFile.read(half))
                .hasMessageContaining("choices.jsonl:1: prompt: found half a character");
        Path tooLong = file(String.format(Locale.ROOT, line, "x".repeat(PromptText.LONGEST + 1)));
        assertThatThrownBy(() -> ChoiceFile.read(tooLong))
                .hasMessageContaining("prompt: expected at most 100000 characters, found 100001");
    }

    /** All that a line says is held in memory, many times as much. */
    @Test
    public void aLineHasABound() throws IOException {
        Path file = file("{\"x\":[" + "[],".repeat(1 << 20) + "0]}");
        assertThatThrownBy(() -> ChoiceFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("line 1: expected lines of at most 1048576 bytes");
    }

    @Test
    public void ofManyProblemsTheFirstAreToldAndAllCounted() throws IOException {
        Path file = file("no\n".repeat(100_000).strip());
        assertThatThrownBy(() -> ChoiceFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("choices.jsonl:20: not a JSON object")
                .hasMessageEndingWith("and 99980 more problems.");
    }
}
