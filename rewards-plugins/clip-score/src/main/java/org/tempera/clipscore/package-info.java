/** How well an image fits its prompt, by CLIP. */
@NullMarked
package org.tempera.clipscore;

import org.jspecify.annotations.NullMarked;
