package org.tempera.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a reader did that it may not.
 *
 * @param target its name
 * @param seed of the run
 * @param number of the case in that run
 * @param what happened: an exception, too long a time, too much memory
 * @param where the first line of ours that it passed, or where it stood
 * @param files what it was fed
 */
record Finding(String target, long seed, long number, String what, String where, Map<String, byte[]> files) {
    /** Findings with the same key are most likely the same fault. */
    String key() {
        return what.replaceAll("[:(].*", "").strip() + " at " + where;
    }

    /** How to see it again. */
    String command() {
        return "mvn -pl framework/fuzz -am test -Dtest=FuzzTest -Dsurefire.failIfNoSpecifiedTests=false -Dfuzz.target="
                + target + " -Dfuzz.seed=" + seed + " -Dfuzz.first=" + number + " -Dfuzz.cases=1";
    }

    /** Writes the files, and a note that says what happened and how to see it again, into a folder of their own. */
    Path write(Path folder) {
        Path own = folder.resolve(target + "-" + seed + "-" + number);
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = own.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
            Files.createDirectories(own);
            // As bytes: what was found may hold half a character.
            String note = what + "\n" + where + "\n" + command() + "\n";
            Files.write(own.resolve("finding.txt"), note.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return own;
    }
}
