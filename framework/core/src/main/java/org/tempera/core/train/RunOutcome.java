package org.tempera.core.train;

import java.nio.file.Path;
import java.util.Optional;
import org.tempera.core.verdict.RunVerdict;

/**
 * How a run ended.
 *
 * @param folder the run folder
 * @param epochs epochs that are complete
 * @param stopped whether it was asked to stop before its last epoch
 * @param verdict of its evaluations; absent if it was not evaluated
 */
public record RunOutcome(Path folder, int epochs, boolean stopped, Optional<RunVerdict> verdict) {}
