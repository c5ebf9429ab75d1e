/** Judges that only evaluation sees: never a gradient, an advantage or a choice of samples. */
@NullMarked
package org.tempera.spi.evaluation;

import org.jspecify.annotations.NullMarked;
