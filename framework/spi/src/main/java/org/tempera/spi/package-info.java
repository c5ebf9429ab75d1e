/** Everything a plugin may see: policies, critics, rewards, algorithms, and the door to the shared graph. */
@NullMarked
package org.tempera.spi;

import org.jspecify.annotations.NullMarked;
