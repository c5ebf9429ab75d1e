/** Oracle kinds of the algorithms: cases go through the algorithms' own losses, on views that a case gives by hand. */
@NullMarked
package org.tempera.algorithms.verify;

import org.jspecify.annotations.NullMarked;
