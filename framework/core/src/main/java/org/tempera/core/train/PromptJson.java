package org.tempera.core.train;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tempera.base.json.ForeignJson;
import org.tempera.base.text.JsonBeginning;
import org.tempera.base.text.PromptText;
import org.tempera.spi.UserException;

/**
 * The prompts of JSON values that follow one another (JSON Lines), or of one list: texts, or the key {@code prompt} of
 * objects. Other keys are passed over, whatever they hold.
 */
final class PromptJson {
    private static final int MOST_KEYS = 10_000;
    private static final String KEY = PromptTable.COLUMN;
    private static final String EXAMPLE = "Expected lines such as {\"prompt\": \"a cat\"}, or a list of texts.";
    private final Path file;
    private final JsonParser parser;
    private final PromptList prompts;

    private PromptJson(Path file, JsonParser parser, int most) {
        this.file = file;
        this.parser = parser;
        this.prompts = new PromptList(file, most);
    }

    static boolean looksLike(Iterable<String> lines) {
        StringBuilder start = new StringBuilder();
        for (String line : lines) {
            if (!line.isBlank()) {
                start.append(line.strip()).append('\n');
                if (start.length() > 2) {
                    break; // one bracket may stand alone in its line
                }
            }
        }
        return JsonBeginning.isOf(start);
    }

    /** @param text in UTF-8, which was looked at */
    static List<String> read(Path file, byte[] text, int most) {
        try (JsonParser parser = ForeignJson.factory().createParser(text)) {
            PromptJson json = new PromptJson(file, parser, most);
            while (parser.nextToken() != null) {
                json.value(true);
            }
            if (json.prompts.isEmpty()) {
                throw json.unexpected(1, "no prompt");
            }
            return json.prompts.list();
        } catch (IOException e) {
            int line = e instanceof JsonProcessingException p && p.getLocation() != null
                    ? p.getLocation().getLineNr()
                    : 1;
            throw new UserException(unreadable(file, line, ForeignJson.why(e)), e);
        }
    }

    private void value(boolean outermost) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        switch (parser.currentToken()) {
            case VALUE_STRING -> add(text(), line);
            case START_OBJECT -> object(line);
            case START_ARRAY -> {
                if (!outermost) {
                    throw unexpected(line, "a list within a list");
                }
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    value(false);
                }
            }
            default -> throw unexpected(line, parser.getText());
        }
    }

    /** The text that was just read, unless it is too long: then it is no text of its own yet. */
    private String text() throws IOException {
        PromptFile.requireShort(
                file,
                parser.getTextLength(),
                CharBuffer.wrap(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength()));
        return parser.getText();
    }

    private void object(int line) throws IOException {
        @Nullable String prompt = null;
        @Nullable String exact = null;
        Set<String> keys = new LinkedHashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (!keys.add(key)) {
                throw new UserException(unreadable(file, line, "the key '" + key + "' stands in it twice"));
            }
            if (keys.size() > MOST_KEYS) {
                throw unexpected(line, "an object with more than " + MOST_KEYS + " keys");
            }
            JsonToken value = parser.nextToken();
            if (key.equalsIgnoreCase(KEY)) {
                if (value != JsonToken.VALUE_STRING) {
                    throw unexpected(
                            line, "a " + KEY + " that is " + (value.isScalarValue() ? parser.getText() : "no text"));
                }
                prompt = text();
                exact = key.equals(KEY) ? prompt : exact;
            } else {
                parser.skipChildren();
            }
        }
        prompt = exact == null ? prompt : exact;
        if (prompt == null) {
            throw unexpected(
                    line,
                    keys.isEmpty()
                            ? "an object without keys"
                            : "an object with the keys " + PromptTable.shown(List.copyOf(keys)) + " and no " + KEY);
        }
        add(prompt, line);
    }

    private void add(String prompt, int line) {
        if (prompt.isBlank()) {
            throw unexpected(line, "an empty text");
        }
        if (PromptText.hasHalfACharacter(prompt)) {
            throw unexpected(line, "a text with half a character (a surrogate alone, \\ud800 to \\udfff)");
        }
        prompts.add(prompt.strip());
    }

    private static String unreadable(Path file, int line, String why) {
        return file + ": line " + line + ": cannot be read as JSON (" + why + "). " + EXAMPLE;
    }

    private UserException unexpected(int line, String found) {
        return new UserException(file + ": line " + line + ": found " + found + ". " + EXAMPLE);
    }
}
