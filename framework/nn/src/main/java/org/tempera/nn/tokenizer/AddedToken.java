package org.tempera.nn.tokenizer;

/**
 * A token that is cut out of the text before it is split into words.
 *
 * @param stripsLeft whether it takes the white space before it along
 * @param stripsRight whether it takes the white space behind it along
 * @param wholeWord whether it counts only where no letter or digit stands next to it
 * @param normalised whether it is looked for in the cleaned text, itself cleaned, rather than in the text as it is
 */
record AddedToken(String content, boolean stripsLeft, boolean stripsRight, boolean wholeWord, boolean normalised) {
    /** One that is known by its spelling alone. */
    static AddedToken plain(String content) {
        return new AddedToken(content, false, false, false, false);
    }
}
