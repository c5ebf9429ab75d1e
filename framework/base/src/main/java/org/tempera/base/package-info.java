/** What every module below the plugins shares and no graph is needed for: which build this is. */
@NullMarked
package org.tempera.base;

import org.jspecify.annotations.NullMarked;
