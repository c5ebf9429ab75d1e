package org.tempera.core.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        byte[] bytes = bytes(file);
        List<String> prompts = new ArrayList<>();
        int number = 0;
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            number++;
            String line = decode(file, number, ByteBuffer.wrap(bytes, start, end - start));
            if (number == 1 && line.startsWith("\ufeff")) {
                line = line.substring(1);
            }
            line = line.strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                prompts.add(line);
            }
            start = end + 1;
        }
        if (prompts.isEmpty()) {
            throw new UserException(file + ": holds no prompt; its " + number
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

    private static String decode(Path file, int number, ByteBuffer line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(line)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": line " + number + " is not UTF-8. Save the file as UTF-8.", e);
        }
    }
}
