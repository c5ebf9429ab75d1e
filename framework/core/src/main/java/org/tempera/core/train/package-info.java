/** The epoch loop: read {@link org.tempera.core.train.Trainer} first. */
@NullMarked
package org.tempera.core.train;

import org.jspecify.annotations.NullMarked;
