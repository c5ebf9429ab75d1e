/** What is left of a run when its folder is gone: a small record of what it was and what was measured of it. */
@NullMarked
package org.tempera.record.archive;

import org.jspecify.annotations.NullMarked;
