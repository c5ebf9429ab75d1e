package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The script of `completion` in a shell: what it offers for the last of some words. */
public class CompletionTest {
    private final CommandRunner command = new CommandRunner();

    @BeforeClass
    public void writeScript() throws IOException {
        command.succeed("completion", "bash");
        Files.writeString(command.file("tempera.sh"), command.out());
        Files.writeString(command.file("a-prompt.txt"), "");
    }

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] words() {
        return new Object[][] {
            {"tempera tr", List.of("train")},
            {"tempera score --rew", List.of("--reward")},
            {"tempera score --reward clip-", List.of("clip-score")},
            {"tempera init --reward jpeg-in", List.of("jpeg-incompressibility")},
            {"tempera init --algorithm ddp", List.of("ddpo")},
            {"tempera export run out --layout k", List.of("kohya")},
            {"tempera sample run --prompts a-p", List.of("a-prompt.txt")},
            {"tempera completion z", List.of("zsh")},
        };
    }

    @Test(dataProvider = "words")
    public void bashOffersWhatFits(String line, List<String> expected) throws Exception {
        Path bash = Path.of("/bin/bash");
        if (File.separatorChar == '\\' || !Files.isExecutable(bash)) {
            throw new SkipException("no " + bash);
        }
        Process shell = new ProcessBuilder(
                        bash.toString(),
                        "--norc",
                        "-c",
                        ". ./tempera.sh; COMP_WORDS=(" + line
                                + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _complete_tempera tempera"
                                + " \"${COMP_WORDS[COMP_CWORD]}\"; printf '%s\\n' \"${COMPREPLY[@]}\"")
                .directory(command.folder().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD) // that no completion is going on
                .start();
        String offered = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        assertThat(offered.lines().map(String::strip)).containsExactlyElementsOf(expected);
    }
}
