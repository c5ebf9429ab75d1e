/** The door through which every plugin builds into the one shared TensorFlow graph. */
@NullMarked
package org.tempera.spi.graph;

import org.jspecify.annotations.NullMarked;
