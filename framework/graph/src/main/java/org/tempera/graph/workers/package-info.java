/** Several processes that train one policy together, and what carries numbers from one to the others. */
@NullMarked
package org.tempera.graph.workers;

import org.jspecify.annotations.NullMarked;
