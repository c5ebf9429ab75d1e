package org.tempera.base.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The constants of an enum by their words: {@code LOG_PROB} is {@code log-prob} in configs and in files of oracles. */
public final class Words {
    private Words() {}

    /** The word of a constant. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The constant with a word.
     *
     * @param what the constants are, for the message, such as {@code weighting}
     * @throws IllegalArgumentException that names all words, if it is none of them; so is another case of one
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String what, String word) {
        E[] constants = type.getEnumConstants();
        for (E constant : constants) {
            if (of(constant).equals(word)) {
                return constant;
            }
        }
        List<String> words = Arrays.stream(constants).map(Words::of).toList();
        String last = words.get(words.size() - 1);
        String others = String.join(", ", words.subList(0, words.size() - 1));
        throw new IllegalArgumentException(
                "unknown " + what + " '" + word + "', expected " + (others.isEmpty() ? last : others + " or " + last));
    }
}
