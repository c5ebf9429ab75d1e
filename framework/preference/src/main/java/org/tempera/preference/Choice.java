package org.tempera.preference;

import java.nio.file.Path;

/**
 * What somebody chose of two pictures.
 *
 * @param line where it stands in its file, from 1
 * @param prompt what both were asked to show
 * @param firstChosen 1 where {@code first} was chosen, 0 where {@code second} was, 0.5 for a tie
 */
public record Choice(int line, String prompt, Path first, Path second, double firstChosen) {}
