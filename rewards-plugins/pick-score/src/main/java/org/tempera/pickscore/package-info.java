/** How a person would rate an image for its prompt, by PickScore. */
@NullMarked
package org.tempera.pickscore;

import org.jspecify.annotations.NullMarked;
