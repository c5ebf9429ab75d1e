/**
 * What a run logs: numbers by epoch as JSON lines and TensorBoard events, and every sample with its scores.
 */
@NullMarked
package org.tempera.record.metrics;

import org.jspecify.annotations.NullMarked;
