/**
 * Checkpoints: everything that a run needs to go on, written whole or not at all.
 */
@NullMarked
package org.tempera.core.checkpoint;

import org.jspecify.annotations.NullMarked;
