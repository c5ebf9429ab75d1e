package org.tempera.record.choice;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tempera.base.files.FoundPath;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.NamedPath;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.Printable;
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
    /** Bytes of a file at most: its choices are held in memory. */
    private static final long LARGEST = 1L << 29;

    /** Bytes of a line at most: all that it says is held in memory, as that of other programs' keys. */
    private static final int LONGEST_LINE = 1 << 20;

    /** Choices that may be in any file; one is some 400 bytes in memory. */
    private static final int MOST = 130_000;

    /** And one more for so many bytes of the file, so that they take three times as much as it. */
    private static final int BYTES_FOR_ONE_MORE = 133;

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
        requireFile(file);
        List<Choice> choices = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int wrong = 0;
        try (InputStream in = Files.newInputStream(file)) {
            long most = MOST + requireSmall(file) / BYTES_FOR_ONE_MORE;
            Iterator<String> lines = Utf8Lines.read(file, in, LONGEST_LINE);
            for (int number = 1; lines.hasNext(); number++) {
                String line = lines.next();
                if (line.isBlank()) {
                    continue;
                }
                try {
                    choices.add(choice(file, number, line));
                } catch (LineException e) {
                    wrong++;
                    if (!Problems.areMany(problems)) {
                        problems.add(file + ":" + number + ": " + e.getMessage());
                    }
                }
                if (choices.size() > most) {
                    throw new UserException(file + ": expected at most " + most + " choices in a file of its length,"
                            + " found more. Give a part of them.");
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (UncheckedIOException e) {
            throw unreadable(file, Objects.requireNonNull(e.getCause()));
        }
        Problems.fail(problems, wrong);
        if (choices.isEmpty()) {
            throw new UserException(file + ": expected choices, found an empty file. " + EXAMPLE);
        }
        return choices;
    }

    private static void requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    file + ": expected a file of choices, found " + FoundPath.words(file) + ". Check the path.");
        }
    }

    private static long requireSmall(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > LARGEST) {
            throw new UserException(file + ": expected a file of at most " + (LARGEST >> 20) + " MiB, found "
                    + (bytes >> 20) + " MiB. Give a part of its choices.");
        }
        return bytes;
    }

    private static UserException unreadable(Path file, IOException e) {
        return new UserException(file + ": cannot be read (" + IoReason.of(e) + "). Check its permissions.", e);
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
            throw new LineException("a and b are the same picture, '" + Printable.shortened(text(fields, "a")) + "'.");
        }
        String choice = text(fields, "choice");
        double firstChosen =
                switch (choice) {
                    case "a" -> 1;
                    case "b" -> 0;
                    case "tie" -> 0.5;
                    default ->
                        throw new LineException(
                                "choice: expected a, b or tie, found '" + Printable.shortened(choice) + "'.");
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
        throw new LineException(key + ": expected text, found "
                + (value == null ? "nothing" : Printable.shortened(value.toString())) + ". " + EXAMPLE);
    }

    private static Path picture(Path file, String name) throws LineException {
        Path folder = file.toAbsolutePath().resolveSibling("");
        Path picture = NamedPath.from(folder, name)
                .orElseThrow(() -> new LineException("'" + Printable.shortened(name) + "' is no path of a picture."));
        if (!Files.isRegularFile(picture)) {
            throw new LineException(picture + ": no such picture. Paths start at the file's folder.");
        }
        return picture;
    }
}
