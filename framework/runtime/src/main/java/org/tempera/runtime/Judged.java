package org.tempera.runtime;

import java.util.List;
import java.util.Optional;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunsBeside;

/**
 * What was said of a run.
 *
 * @param verdict empty if nothing was evaluated
 * @param beside empty if it was not set beside others
 * @param notes what a reader must know besides, a sentence each; the verdict, where there is one, has them too
 */
public record Judged(Optional<RunVerdict> verdict, Optional<RunsBeside> beside, List<String> notes) {
    public Judged {
        notes = List.copyOf(notes);
    }
}
