package org.tempera.runtime;

import java.util.Optional;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.record.verdict.RunsBeside;

/**
 * What was said of a run.
 *
 * @param verdict empty if nothing was evaluated
 * @param beside empty if it was not set beside others
 */
public record Judged(Optional<RunVerdict> verdict, Optional<RunsBeside> beside) {}
