package org.tempera.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class PromptFileTest {
    @Test
    public void leavesOutEmptyLinesAndComments() throws IOException {
        assertThat(PromptFile.read(file("\ufeffa cat\r\n\n # not this\n  einen Hund, größer\n#nor this\na cat")))
                .containsExactly("a cat", "einen Hund, größer", "a cat");
    }

    @Test
    public void refusesWhatHoldsNoPrompt() throws IOException {
        Path empty = file("\n# only this\n");
        assertThatThrownBy(() -> PromptFile.read(empty))
                .isInstanceOf(UserException.class)
                .hasMessage(empty + ": holds no prompt; its 2 lines are empty or comments. Write one prompt a line.");
        assertThatThrownBy(() -> PromptFile.read(empty.resolveSibling("not-there.txt")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> PromptFile.read(empty.getParent()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("found a folder");
    }

    @Test
    public void namesTheLineThatIsNotUtf8() throws IOException {
        Path file = Files.createTempFile("prompts", ".txt");
        file.toFile().deleteOnExit();
        Files.write(file, "a cat\ngr\u00f6\u00dfer\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> PromptFile.read(file))
                .isInstanceOf(UserException.class)
                .hasMessage(file + ": line 2 is not UTF-8. Save the file as UTF-8.");
    }

    private static Path file(String text) throws IOException {
        Path file = Files.createTempFile("prompts", ".txt");
        file.toFile().deleteOnExit();
        return Files.writeString(file, text);
    }
}
