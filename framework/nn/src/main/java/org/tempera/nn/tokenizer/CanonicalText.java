package org.tempera.nn.tokenizer;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Unicode's normal forms in time that grows with the text. Java's normaliser puts each mark of a letter in its place by
 * itself, which for a hundred thousand marks takes minutes; here long runs of marks are brought into their order first.
 */
final class CanonicalText {
    /** Marks in a row that no language has. */
    private static final int LONG_RUN = 64;

    private static final int FIRST_MARK = 0x300;

    /** The last of all marks in canonical order. */
    private static final int LAST_MARK = 0x345;

    private CanonicalText() {}

    /** The same as {@link Normalizer#normalize}. */
    static String normalise(CharSequence text, Form form) {
        return Normalizer.normalize(hasLongRun(text) ? ordered(text.toString()) : text, form);
    }

    private static boolean hasLongRun(CharSequence text) {
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Runs of other scripts' letters are looked at closely, and stay as they are.
            run = c < FIRST_MARK ? 0 : run + 1;
            if (run > LONG_RUN) {
                return true;
            }
        }
        return false;
    }

    /** The text decomposed where many marks follow one another, and these in canonical order. */
    private static String ordered(String text) {
        StringBuilder out = new StringBuilder(text.length());
        List<Integer> run = new ArrayList<>();
        Map<Integer, int[]> parts = new HashMap<>();
        Map<Integer, Boolean> marks = new HashMap<>();
        text.codePoints().forEach(whole -> {
            if (whole < FIRST_MARK) {
                write(run, out);
                run.clear();
                out.appendCodePoint(whole);
                return;
            }
            int[] decomposed = parts.computeIfAbsent(whole, CanonicalText::decomposed);
            if (marks.computeIfAbsent(decomposed[0], CanonicalText::isMark)) {
                for (int part : decomposed) {
                    run.add(part);
                }
            } else {
                write(run, out);
                run.clear();
                out.appendCodePoint(whole);
            }
        });
        write(run, out);
        return out.toString();
    }

    /** Marks in the order of their classes; those of one class stay as they are. */
    private static void write(List<Integer> run, StringBuilder out) {
        if (run.size() <= LONG_RUN) {
            run.forEach(out::appendCodePoint);
            return;
        }
        Map<Integer, List<Integer>> byClass = new TreeMap<>(ORDER);
        // Comparing two marks costs ten strings; there are few different ones.
        Map<Integer, List<Integer>> byMark = new HashMap<>();
        run.forEach(mark -> byMark.computeIfAbsent(mark, m -> byClass.computeIfAbsent(m, c -> new ArrayList<>()))
                .add(mark));
        byClass.values().forEach(same -> same.forEach(out::appendCodePoint));
    }

    /** By canonical class, of which Java does not tell: two marks change places if the second's is the lower one. */
    private static final Comparator<Integer> ORDER = (a, b) -> changePlaces(a, b) ? 1 : changePlaces(b, a) ? -1 : 0;

    private static boolean changePlaces(int first, int second) {
        String pair = Character.toString(first) + Character.toString(second);
        return first != second && !Normalizer.normalize(pair, Form.NFD).equals(pair);
    }

    private static int[] decomposed(int c) {
        return Normalizer.normalize(Character.toString(c), Form.NFD)
                .codePoints()
                .toArray();
    }

    /** Whether it belongs to what stands before it. */
    private static boolean isMark(int c) {
        return c == LAST_MARK || changePlaces(LAST_MARK, c);
    }
}
