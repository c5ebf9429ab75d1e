/** Work that goes on beside other work. */
@NullMarked
package org.tempera.nn.concurrent;

import org.jspecify.annotations.NullMarked;
