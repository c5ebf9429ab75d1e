/**
 * Did the run over-optimise? Paired statistics of evaluations at fixed prompts and noise; definitions in
 * docs/evaluation.md.
 */
@NullMarked
package org.tempera.record.verdict;

import org.jspecify.annotations.NullMarked;
