/**
 * The folder of a run: its lock, its files, and where its numbers came from.
 */
@NullMarked
package org.tempera.record.run;

import org.jspecify.annotations.NullMarked;
