package org.tempera.base.text;

import java.util.Locale;

/** Puts texts of others in lower case, in a time and a memory that grow with their length. */
public final class LowerCase {
    private static final String DOTTED_CAPITAL_I = "\u0130";

    private LowerCase() {}

    /**
     * What {@code text.toLowerCase(Locale.ROOT)} is. The JDK copies all of the text whenever a letter becomes longer,
     * which the dotted capital I alone does: of 26 thousand of them it makes a gigabyte of copies.
     */
    public static String of(String text) {
        return text.replace(DOTTED_CAPITAL_I, "i\u0307").toLowerCase(Locale.ROOT);
    }
}
