package org.tempera.base.text;

/** What every text that is drawn from must be, whichever file it stands in. */
public final class PromptText {
    /** Characters of a prompt at most; models read some hundreds. */
    public static final int LONGEST = 100_000;

    private PromptText() {}

    /** Whether a text has half a character: a surrogate alone, which no encoding can write. */
    public static boolean hasHalfACharacter(String text) {
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
