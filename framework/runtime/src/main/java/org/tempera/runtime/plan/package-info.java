/** Plans runs: what they take of this machine, and which keys of their config would lower it. */
@NullMarked
package org.tempera.runtime.plan;

import org.jspecify.annotations.NullMarked;
