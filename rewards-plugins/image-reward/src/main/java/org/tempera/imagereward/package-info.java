/** How people would rate an image for its prompt, by ImageReward 1.0. */
@NullMarked
package org.tempera.imagereward;

import org.jspecify.annotations.NullMarked;
