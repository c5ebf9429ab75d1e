package org.tempera.nn.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
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
    private final Spellings raw;
    private final Spellings cleaned;

    AddedTokens(Collection<AddedToken> tokens, UnaryOperator<String> clean) {
        this.clean = clean;
        List<Spelling> asTheyAre = new ArrayList<>();
        List<Spelling> asCleaned = new ArrayList<>();
        for (AddedToken token : tokens) {
            String spelling = token.normalised() ? clean.apply(token.content()) : token.content();
            if (!spelling.isEmpty()) {
                (token.normalised() ? asCleaned : asTheyAre).add(new Spelling(spelling, token));
            }
        }
        raw = new Spellings(asTheyAre);
        cleaned = new Spellings(asCleaned);
    }

    /** Spellings in their order: those that begin alike are neighbours, and the longest at a place is found fast. */
    private static final class Spellings {
        private final Spelling[] sorted;

        Spellings(List<Spelling> spellings) {
            // Of several that are spelt alike the first one counts: sorting keeps their order.
            sorted = spellings.stream()
                    .sorted(Comparator.comparing(Spelling::text))
                    .toArray(Spelling[]::new);
        }

        boolean isEmpty() {
            return sorted.length == 0;
        }

        /** The longest that stands at a place of a text, in time that grows with its length alone. */
        Optional<Spelling> at(String text, int at) {
            Optional<Spelling> longest = Optional.empty();
            int from = 0;
            int to = sorted.length;
            for (int length = 0; from < to; length++) {
                if (length > 0 && sorted[from].text().length() == length) {
                    longest = Optional.of(sorted[from]);
                }
                if (at + length == text.length()) {
                    break;
                }
                char next = text.charAt(at + length);
                from = firstFrom(from, to, length, next);
                to = firstFrom(from, to, length, next + 1);
            }
            return longest;
        }

        /** The first of those from {@code from} to {@code to} that has such a character at a place, or a higher one. */
        private int firstFrom(int from, int to, int place, int character) {
            int low = from;
            int high = to;
            while (low < high) {
                int middle = (low + high) >>> 1;
                String text = sorted[middle].text();
                if (text.length() > place && text.charAt(place) >= character) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }
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

    private static List<Part> cut(String text, Spellings spellings) {
        List<Part> parts = new ArrayList<>();
        int from = 0;
        int at = 0;
        while (at < text.length() && !spellings.isEmpty()) {
            Optional<Spelling> found = spellings.at(text, at);
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
