package org.tempera.runtime.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.spi.UserException;

/**
 * A machine's part of a sweep: every N-th run, from the K-th on.
 *
 * @param number of the part, from 1
 * @param of how many parts there are
 */
public record SweepPart(int number, int of) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

    public SweepPart {
        if (of < 1) {
            throw new UserException(expected(number + "/" + of));
        }
        if (number < 1 || number > of) {
            throw new UserException(
                    "expected a part from 1/" + of + " to " + of + "/" + of + ", found " + number + "/" + of + ".");
        }
    }

    private static String expected(String found) {
        return "expected a part such as 2/3, the second of three, found '" + found + "'.";
    }

    /** All of it. */
    public static SweepPart whole() {
        return new SweepPart(1, 1);
    }

    /**
     * Reads {@code K/N}.
     *
     * @throws UserException if it is no part
     */
    public static SweepPart of(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            throw new UserException(expected(text));
        }
        return new SweepPart(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }

    /** The part's share, in the same order. */
    <T> List<T> among(List<T> all) {
        List<T> mine = new ArrayList<>();
        for (int i = number - 1; i < all.size(); i += of) {
            mine.add(all.get(i));
        }
        return mine;
    }
}
