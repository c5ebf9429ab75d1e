/** Kinds of oracle cases by which the report's statistics prove themselves. */
@NullMarked
package org.tempera.record.verify;

import org.jspecify.annotations.NullMarked;
