package org.tempera.core.prompt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Marks by which other programs steer their drawing from within a prompt. Here a prompt is words alone, as it is to
 * diffusers: the marks are read as words too, which a user who brings such a file is told.
 */
final class PromptMarks {
    private static final int SHOWN = 60;

    /** Every pattern passes over a prompt in a time by its length. A time of day is no weight. */
    private static final List<Kind> KINDS = List.of(
            new Kind("a switch, as of kohya and Midjourney", Pattern.compile("(?<!\\S)--[A-Za-z]{1,12}(?!\\S)")),
            new Kind("an adapter", Pattern.compile("<(?:lora|lyco|locon|hypernet):[^<>]*>")),
            new Kind("a weight", Pattern.compile("\\([^()]+(?<!\\d):\\s*[\\d.]++\\s*\\)|\\(\\([^()]+\\)\\)")),
            new Kind("words for a part of the steps", Pattern.compile("\\[[^\\[\\]]*(?<!\\d):\\s*[\\d.]++\\s*\\]")),
            new Kind("words to choose from", Pattern.compile("\\{[^{}|]*\\|[^{}]*\\}")));

    private record Kind(String name, Pattern pattern) {}

    private PromptMarks() {}

    /** One note for all prompts, with the first of each kind of mark; empty if none has any. */
    static Optional<String> note(Collection<String> prompts) {
        Map<String, String> first = new LinkedHashMap<>();
        int marked = 0;
        for (String prompt : prompts) {
            boolean any = false;
            for (Kind kind : KINDS) {
                Matcher mark = kind.pattern().matcher(prompt);
                if (mark.find()) {
                    first.putIfAbsent(kind.name(), mark.group());
                    any = true;
                }
            }
            marked += any ? 1 : 0;
        }
        if (marked == 0) {
            return Optional.empty();
        }
        List<String> shown = new ArrayList<>();
        first.forEach((kind, mark) -> shown.add("'" + cut(mark) + "' (" + kind + ")"));
        return Optional.of("marks by which other programs are steered are read as words, as all of a prompt is: in "
                + marked
                + " of " + prompts.size() + (prompts.size() == 1 ? " prompt " : " prompts ") + String.join(", ", shown)
                + ". Take them out where they are not meant as words.");
    }

    private static String cut(String mark) {
        return mark.codePointCount(0, mark.length()) <= SHOWN
                ? mark
                : mark.substring(0, mark.offsetByCodePoints(0, SHOWN)) + "...";
    }
}
