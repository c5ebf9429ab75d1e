package org.tempera.core.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.tempera.core.text.Utf8Lines;
import org.tempera.spi.UserException;

/** A text file of prompts: UTF-8, one a line; empty lines and lines that start with {@code #} are left out. */
public final class PromptFile {
    private PromptFile() {}

    /**
     * The prompts in order, without spaces around them.
     *
     * @throws UserException if the file cannot be read, is not UTF-8 (with the line), or holds no prompt
     */
    public static List<String> read(Path file) {
        List<String> lines = Utf8Lines.decode(file, bytes(file));
        List<String> prompts = lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (prompts.isEmpty()) {
            throw new UserException(file + ": holds no prompt; its " + lines.size()
                    + " lines are empty or comments. Write one prompt a line.");
        }
        return prompts;
    }

    private static byte[] bytes(Path file) {
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": expected a text file of prompts, found a folder. Name the file in it.");
        }
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": no such file. Expected a text file with one prompt a line.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + e + "). Check its permissions.", e);
        }
    }
}
