package org.tempera.record.choice;

import java.nio.file.Path;

/**
 * What somebody chose of two pictures.
 *
 * @param line where it stands in its file, from 1
 * @param prompt what both were asked to show
 * @param firstChosen 1 where {@code first} was chosen, 0 where {@code second} was, 0.5 for a tie
 */
public record Choice(int line, String prompt, Path first, Path second, double firstChosen) {
    /** Whether neither was preferred. */
    public boolean tie() {
        return firstChosen == 0.5;
    }

    /** The picture that was chosen; the first of a tie. */
    public Path chosen() {
        return firstChosen >= 0.5 ? first : second;
    }

    /** The other one. */
    public Path rejected() {
        return firstChosen >= 0.5 ? second : first;
    }
}
