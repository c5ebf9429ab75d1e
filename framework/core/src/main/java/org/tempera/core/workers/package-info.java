/** How the workers of a run share its work: which of them does what, and what each learns of the others. */
@NullMarked
package org.tempera.core.workers;

import org.jspecify.annotations.NullMarked;
