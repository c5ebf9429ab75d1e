/**
 * Runs beside each other: what their algorithms keep of the truth at the same training reward, with intervals over
 * seeds; definitions in docs/compare.md.
 */
@NullMarked
package org.tempera.record.compare;

import org.jspecify.annotations.NullMarked;
