/** Text files of lines. */
@NullMarked
package org.tempera.core.text;

import org.jspecify.annotations.NullMarked;
