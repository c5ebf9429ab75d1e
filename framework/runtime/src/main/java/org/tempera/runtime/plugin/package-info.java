/** Finds plugins with ServiceLoader and says where each came from. */
@NullMarked
package org.tempera.runtime.plugin;

import org.jspecify.annotations.NullMarked;
