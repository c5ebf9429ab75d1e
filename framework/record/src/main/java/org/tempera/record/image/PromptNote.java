package org.tempera.record.image;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.JsonBeginning;

/**
 * The prompt that a picture's notes give. Other programs have notes of their own, some under the same keyword, which
 * say more and other things than what was asked for: these are not taken for a prompt.
 *
 * @param prompt empty where the notes give none
 * @param otherwise what the notes have instead, in words; empty where there is nothing to say of them
 */
public record PromptNote(Optional<String> prompt, Optional<String> otherwise) {
    /** Notes that stand beside the prompt in pictures of ours. */
    private static final List<String> OURS = List.of(PngFiles.SEED, "steps", "model");

    /** Whose note a keyword is, the more telling ones first. */
    private static final List<Mark> OTHERS = List.of(
            new Mark("fooocus_scheme", "Fooocus"),
            new Mark("invokeai_metadata", "InvokeAI"),
            new Mark("sd-metadata", "InvokeAI"),
            new Mark("Dream", "InvokeAI"),
            new Mark("workflow", "ComfyUI"),
            new Mark("parameters", "the A1111 web UI or one of its kin"));

    private static final String SOFTWARE = "Software";
    private static final int SHOWN = 40;

    private record Mark(String keyword, String program) {}

    /**
     * Reads the notes of a picture's file; there are none in other formats than PNG.
     *
     * @throws org.tempera.spi.UserException if the file cannot be read
     */
    public static PromptNote read(Path file) {
        return of(PngFiles.notes(file));
    }

    /** The prompt of notes by keyword. */
    public static PromptNote of(Map<String, String> notes) {
        String prompt = notes.get(PngFiles.PROMPT);
        if (prompt != null && notes.keySet().containsAll(OURS)) {
            return given(prompt);
        }
        if (prompt != null && isData(prompt)) {
            return none("its note 'prompt' is data of another program, such as ComfyUI, and no text");
        }
        if ("NovelAI".equals(notes.get(SOFTWARE))) {
            return none("its notes are those of NovelAI, which are not read");
        }
        for (Mark other : OTHERS) {
            if (notes.containsKey(other.keyword())) {
                return none("its note '" + other.keyword() + "' is that of " + other.program() + ", which is not read");
            }
        }
        String software = notes.get(SOFTWARE);
        if (prompt != null && software != null && Collections.disjoint(notes.keySet(), OURS)) {
            return none("its note 'Software' says that " + shown(software) + " wrote its notes, which are not read");
        }
        return new PromptNote(Optional.ofNullable(prompt), Optional.empty());
    }

    /** A prompt that is known without notes. */
    public static PromptNote given(String prompt) {
        return new PromptNote(Optional.of(prompt), Optional.empty());
    }

    private static String shown(String name) {
        String line = name.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
        return "'"
                + (line.codePointCount(0, line.length()) > SHOWN
                        ? line.substring(0, line.offsetByCodePoints(0, SHOWN)) + "..."
                        : line)
                + "'";
    }

    private static PromptNote none(String otherwise) {
        return new PromptNote(Optional.empty(), Optional.of(otherwise));
    }

    /** Whether a text is a JSON object or list, or means to be one. */
    private static boolean isData(String text) {
        String stripped = text.strip();
        if (JsonBeginning.isOf(stripped)) {
            return true;
        }
        if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
            return false;
        }
        try {
            PlainJson.read(stripped);
            return true;
        } catch (PlainJson.MalformedException e) {
            return false;
        }
    }
}
