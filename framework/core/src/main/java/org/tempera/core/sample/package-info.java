/** Drawing pictures from a model or a checkpoint, outside training. */
@NullMarked
package org.tempera.core.sample;

import org.jspecify.annotations.NullMarked;
