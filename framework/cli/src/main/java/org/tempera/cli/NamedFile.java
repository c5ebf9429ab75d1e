package org.tempera.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.spi.UserException;

/** A file that an option names, as {@code FILE} or as {@code NAME=FILE}. */
record NamedFile(Optional<String> name, Path file) {
    private static final Pattern NAMED = Pattern.compile("([A-Za-z][A-Za-z0-9_-]*)=(.+)");

    /**
     * Reads what was given; where that is a file as it stands, such as {@code runs=1/prompts.txt}, it has no name.
     *
     * @throws UserException if nothing was given
     */
    static NamedFile of(String given, Predicate<Path> exists) {
        if (given.isEmpty()) {
            throw new UserException("expected FILE or NAME=FILE, found nothing. Is a variable of the script not set?");
        }
        Path whole = Path.of(given);
        Matcher named = NAMED.matcher(given);
        return named.matches() && !exists.test(whole)
                ? new NamedFile(Optional.of(named.group(1)), Path.of(named.group(2)))
                : new NamedFile(Optional.empty(), whole);
    }
}
