/** Statistics of pictures that need no model: what over-optimised pictures betray themselves by. */
@NullMarked
package org.tempera.record.image.statistics;

import org.jspecify.annotations.NullMarked;
