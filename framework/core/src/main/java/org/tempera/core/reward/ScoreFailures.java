package org.tempera.core.reward;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * Failures as they come in, of which the first keep their pictures: all are counted, a few are looked at, and a run
 * whose server is gone must be able to save what it has.
 */
public final class ScoreFailures {
    /** Failures that keep their pictures. */
    static final int MOST_PICTURES = 16;

    /** Bytes that these pictures have at most; a checkpoint's state holds them, as text. */
    static final long MOST_BYTES = 12L << 20;

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

    /** All of them, in order. */
    public List<ScoreFailure> list() {
        return Collections.unmodifiableList(all);
    }
}
