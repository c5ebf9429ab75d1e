package org.tempera.core.reward;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Failures as they come in, of which the first keep their pictures: all are counted, a few are looked at, and a run
 * whose server is gone must be able to save what it has.
 */
public final class ScoreFailures {
    /** Failures that keep their pictures. */
    static final int MOST_PICTURES = 16;

    /** Bytes that these pictures have at most; a checkpoint's state holds them, as text. */
    static final long MOST_BYTES = 12L << 20;

    /** Ways of failing that are told. */
    private static final int LISTED = 8;

    private final List<ScoreFailure> all = new ArrayList<>();
    private int pictures;
    private long bytes;

    /** Adds failures, in order. */
    public void add(Collection<ScoreFailure> failures) {
        for (ScoreFailure f : failures) {
            long size = f.picture().map(p -> 3L * p.width() * p.height()).orElse(0L);
            boolean kept = f.picture().isPresent() && pictures < MOST_PICTURES && bytes + size <= MOST_BYTES;
            pictures += kept ? 1 : 0;
            bytes += kept ? size : 0;
            all.add(kept ? f : f.withoutPicture());
        }
    }

    /**
     * A line for each way in which a reward failed, with the first sample of it.
     *
     * @param pictures files of the failures' pictures, as far as there are such
     */
    public static List<String> lines(List<ScoreFailure> failures, Map<ScoreFailure, Path> pictures) {
        Map<List<String>, List<ScoreFailure>> alike = new LinkedHashMap<>();
        failures.forEach(f -> alike.computeIfAbsent(List.of(f.reward(), f.reason()), k -> new ArrayList<>())
                .add(f));
        List<String> lines = new ArrayList<>();
        for (List<ScoreFailure> group : alike.values()) {
            if (lines.size() == LISTED) {
                lines.add("and in " + (alike.size() - LISTED) + " other ways");
                break;
            }
            ScoreFailure first = group.get(0);
            String more = group.size() == 1 ? "" : ", and for " + (group.size() - 1) + " more";
            String picture = pictures.containsKey(first) ? "; its picture is " + pictures.get(first) : "";
            lines.add(first.description() + more + picture);
        }
        return lines;
    }

    /**
     * What a person is told where a run goes on without scores.
     *
     * @param where what they are missing in, such as {@code epoch 3}
     * @param so what follows from it
     */
    public static String warning(String where, String so, List<ScoreFailure> failures) {
        return where + ": " + failures.size() + " score(s) are missing. " + so + "\n  "
                + String.join("\n  ", lines(failures, Map.of()));
    }

    /** All of them, in order. */
    public List<ScoreFailure> list() {
        return Collections.unmodifiableList(all);
    }
}
