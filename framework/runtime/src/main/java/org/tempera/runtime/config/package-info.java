/** Configuration: HOCON files and overrides, bound strictly to immutable records, with every problem said at once. */
@NullMarked
package org.tempera.runtime.config;

import org.jspecify.annotations.NullMarked;
