package org.tempera.record.choice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.NamedPath;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.BoundedFile;
import org.tempera.base.text.Problems;
import org.tempera.base.text.PromptText;
import org.tempera.base.text.Utf8Lines;
import org.tempera.spi.UserException;

/**
 * Reads choices from JSON lines: {@code {"prompt": "a cat", "a": "1.png", "b": "2.png", "choice": "a"}}.
 *
 * <p>{@code choice} is {@code a}, {@code b} or {@code tie}. Pictures' paths start at the file's folder. Other keys, and
 * empty lines, are passed over.
 */
public final class ChoiceFile {
    /** Bytes of a file at most: it is held in memory, and its choices besides. */
    private static final int LARGEST = 1 << 29;

    private static final String EXAMPLE =
            "Expected lines such as {\"prompt\": \"a cat\", \"a\": \"1.png\", \"b\": \"2.png\", \"choice\": \"a\"}.";

    private ChoiceFile() {}

    /** What is wrong with a line. */
    private static final class LineException extends Exception {
        private static final long serialVersionUID = 1L;

        LineException(String message) {
            super(message);
        }
    }

    /**
     * Reads all choices; the pictures only have to be there.
     *
     * @throws UserException with every problem and its line, at most 20 of them
     */
    public static List<Choice> read(Path file) {
        List<String> lines = lines(file);
        List<Choice> choices = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            try {
                choices.add(choice(file, i + 1, lines.get(i)));
            } catch (LineException e) {
                problems.add(file + ":" + (i + 1) + ": " + e.getMessage());
            }
        }
        Problems.fail(problems);
        if (choices.isEmpty()) {
            throw new UserException(file + ": expected choices, found an empty file. " + EXAMPLE);
        }
        return choices;
    }

    private static List<String> lines(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException(file + ": expected a file of choices, found "
                    + (Files.isDirectory(file) ? "a folder" : Files.exists(file) ? "a pipe or a device" : "nothing")
                    + ". Check the path.");
        }
        try {
            return Utf8Lines.decode(file, BoundedFile.readAtMost(file, LARGEST));
        } catch (BoundedFile.TooLargeException e) {
            throw new UserException(file + ": " + e.getMessage() + ". Give a part of its choices.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + IoReason.of(e) + "). Check its permissions.", e);
        }
    }

    private static Choice choice(Path file, int number, String line) throws LineException {
        Map<String, Object> fields;
        try {
            fields = PlainJson.readForeignObject(line);
        } catch (PlainJson.MalformedException e) {
            throw new LineException("not a JSON object (" + e.getMessage() + "). " + EXAMPLE);
        }
        String prompt = prompt(text(fields, "prompt"));
        Path first = picture(file, text(fields, "a"));
        Path second = picture(file, text(fields, "b"));
        if (first.equals(second)) {
            throw new LineException("a and b are the same picture, '" + fields.get("a") + "'.");
        }
        double firstChosen =
                switch (text(fields, "choice")) {
                    case "a" -> 1;
                    case "b" -> 0;
                    case "tie" -> 0.5;
                    default ->
                        throw new LineException("choice: expected a, b or tie, found '" + fields.get("choice") + "'.");
                };
        return new Choice(number, prompt, first, second, firstChosen);
    }

    private static String prompt(String prompt) throws LineException {
        if (prompt.length() > PromptText.LONGEST) {
            throw new LineException(
                    "prompt: expected at most " + PromptText.LONGEST + " characters, found " + prompt.length() + ".");
        }
        if (PromptText.hasHalfACharacter(prompt)) {
            throw new LineException("prompt: found half a character (a surrogate alone, \\ud800 to \\udfff).");
        }
        return prompt;
    }

    private static String text(Map<String, Object> fields, String key) throws LineException {
        Object value = fields.get(key);
        if (value instanceof String s) {
            return s;
        }
        throw new LineException(
                key + ": expected text, found " + (value == null ? "nothing" : value.toString()) + ". " + EXAMPLE);
    }

    private static Path picture(Path file, String name) throws LineException {
        Path folder = file.toAbsolutePath().resolveSibling("");
        Path picture = NamedPath.from(folder, name)
                .orElseThrow(() -> new LineException("'" + name + "' is no path of a picture."));
        if (!Files.isRegularFile(picture)) {
            throw new LineException(picture + ": no such picture. Paths start at the file's folder.");
        }
        return picture;
    }
}
