package org.tempera.record.verdict;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.json.PlainJson;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.UserException;

/**
 * The rulers of a run's evaluations, as its folder keeps them in {@code rulers.json}: fingerprint to ruler, in the
 * order in which they were first used. A run of a version that kept none has no such file.
 */
public record Rulers(Map<String, Ruler> byFingerprint) {
    /**
     * Reads a folder's; none where there is no file.
     *
     * @throws UserException if the file is damaged
     */
    public static Rulers read(RunFolder folder) {
        Path file = folder.rulers();
        if (!OwnFiles.exists(file)) {
            return new Rulers(Map.of());
        }
        Map<String, Ruler> rulers = new LinkedHashMap<>();
        try {
            PlainJson.readObject(OwnFiles.readText(file, OwnFiles.LARGEST_LIST))
                    .forEach((name, plain) -> rulers.put(name, Ruler.of(plain)));
        } catch (PlainJson.MalformedException | IllegalArgumentException e) {
            throw new UserException(
                    file + ": cannot be read (" + e.getMessage()
                            + "). It says what measured the run's evaluations; remove"
                            + " it to go on without knowing that.",
                    e);
        }
        return new Rulers(rulers);
    }

    /** The ruler that came last; a run has one only, unless its folder was put together by hand. */
    public Optional<Ruler> latest() {
        return byFingerprint.values().stream().reduce((first, second) -> second);
    }

    /** The ruler with a fingerprint. */
    public Optional<Ruler> get(String fingerprint) {
        return Optional.ofNullable(byFingerprint.get(fingerprint));
    }

    /** Writes one more ruler into a folder, unless it is there already; gives its fingerprint. */
    public static String add(RunFolder folder, Ruler ruler) {
        String fingerprint = ruler.fingerprint();
        Map<String, Object> all = new LinkedHashMap<>();
        read(folder).byFingerprint().forEach((name, r) -> all.put(name, r.scopes()));
        if (all.putIfAbsent(fingerprint, ruler.scopes()) == null) {
            RunFolder.writeText(folder.rulers(), PlainJson.pretty(all));
        }
        return fingerprint;
    }
}
