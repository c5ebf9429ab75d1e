/** Measures a run: seconds by phase, throughput, memory, and the share of the machine's peak. */
@NullMarked
package org.tempera.core.bench;

import org.jspecify.annotations.NullMarked;
