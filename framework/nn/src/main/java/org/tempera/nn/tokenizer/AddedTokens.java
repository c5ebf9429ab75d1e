package org.tempera.nn.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Cuts the added tokens out of texts, as the {@code tokenizers} library does: first those that stand in the text as it
 * is, then, in what is left between them and cleaned, those that are looked for there. Of tokens that begin at the same
 * place the longest counts.
 */
final class AddedTokens {
    /** A part of a text: an added token, or cleaned text between two. @param spelt the token as it stood in the text */
    record Part(String text, Optional<AddedToken> token, String spelt) {}

    /** A token as it is spelt where it is looked for. */
    private record Spelling(String text, AddedToken token) {}

    private final UnaryOperator<String> clean;
    /** By their first character, the longest first. */
    private final Map<Character, List<Spelling>> raw = new HashMap<>();

    private final Map<Character, List<Spelling>> cleaned = new HashMap<>();

    AddedTokens(Collection<AddedToken> tokens, UnaryOperator<String> clean) {
        this.clean = clean;
        for (AddedToken token : tokens) {
            String spelling = token.normalised() ? clean.apply(token.content()) : token.content();
            if (!spelling.isEmpty()) {
                (token.normalised() ? cleaned : raw)
                        .computeIfAbsent(spelling.charAt(0), c -> new ArrayList<>())
                        .add(new Spelling(spelling, token));
            }
        }
        Comparator<Spelling> longestFirst =
                Comparator.comparingInt(s -> -s.text().length());
        raw.values().forEach(same -> same.sort(longestFirst));
        cleaned.values().forEach(same -> same.sort(longestFirst));
    }

    /** The parts of a text in their order. */
    List<Part> cut(String text) {
        List<Part> parts = new ArrayList<>();
        for (Part part : cut(text, raw)) {
            if (part.token().isPresent()) {
                parts.add(part);
            } else {
                parts.addAll(cut(clean.apply(part.text()), cleaned));
            }
        }
        return parts;
    }

    private static List<Part> cut(String text, Map<Character, List<Spelling>> spellings) {
        List<Part> parts = new ArrayList<>();
        int from = 0;
        int at = 0;
        while (at < text.length() && !spellings.isEmpty()) {
            Optional<Spelling> found = at(text, at, spellings);
            if (found.isEmpty()) {
                at++;
                continue;
            }
            AddedToken token = found.get().token();
            int start = at;
            int end = at + found.get().text().length();
            at = end;
            if (token.wholeWord() && !isApart(text, start, end)) {
                continue;
            }
            while (token.stripsLeft() && start > from && UnicodeClasses.isWhiteSpace(text.charAt(start - 1))) {
                start--;
            }
            while (token.stripsRight() && end < text.length() && UnicodeClasses.isWhiteSpace(text.charAt(end))) {
                end++;
            }
            if (start > from) {
                parts.add(between(text.substring(from, start)));
            }
            parts.add(new Part(token.content(), Optional.of(token), text.substring(start, end)));
            from = end;
            at = end;
        }
        if (from < text.length()) {
            parts.add(between(text.substring(from)));
        }
        return parts;
    }

    private static Part between(String text) {
        return new Part(text, Optional.empty(), text);
    }

    private static Optional<Spelling> at(String text, int at, Map<Character, List<Spelling>> spellings) {
        for (Spelling spelling : spellings.getOrDefault(text.charAt(at), List.of())) {
            if (text.startsWith(spelling.text(), at)) {
                return Optional.of(spelling);
            }
        }
        return Optional.empty();
    }

    private static boolean isApart(String text, int start, int end) {
        return (start == 0 || !isWord(text.codePointBefore(start)))
                && (end >= text.length() || !isWord(text.codePointAt(end)));
    }

    /**
     * What regular expressions of Unicode call a word's character: letters, marks, decimal digits, connectors, joiners.
     */
    private static boolean isWord(int c) {
        return Character.isAlphabetic(c)
                || c == 0x200c
                || c == 0x200d
                || switch (Character.getType(c)) {
                    case Character.NON_SPACING_MARK,
                            Character.ENCLOSING_MARK,
                            Character.COMBINING_SPACING_MARK,
                            Character.DECIMAL_DIGIT_NUMBER,
                            Character.CONNECTOR_PUNCTUATION -> true;
                    default -> false;
                };
    }
}
