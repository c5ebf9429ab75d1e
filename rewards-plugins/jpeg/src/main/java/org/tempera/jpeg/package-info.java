/** How well an image compresses, or does not: the rewards of DDPO's first experiments. */
@NullMarked
package org.tempera.jpeg;

import org.jspecify.annotations.NullMarked;
