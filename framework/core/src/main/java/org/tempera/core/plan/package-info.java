/** What a run will take: memory, disk and time, told from its graph before any weights are read. */
@NullMarked
package org.tempera.core.plan;

import org.jspecify.annotations.NullMarked;
