/**
 * The one shared TensorFlow graph: built once through {@link org.tempera.spi.graph.GraphScope}, sealed, then stepped
 * only through typed {@link org.tempera.graph.Program}s.
 */
@NullMarked
package org.tempera.graph;

import org.jspecify.annotations.NullMarked;
