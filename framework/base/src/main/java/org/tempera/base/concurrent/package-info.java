/** Work that goes on beside other work. */
@NullMarked
package org.tempera.base.concurrent;

import org.jspecify.annotations.NullMarked;
