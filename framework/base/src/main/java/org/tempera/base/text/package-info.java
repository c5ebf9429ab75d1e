/** Text files of lines, and text of others made fit to be shown. */
@NullMarked
package org.tempera.base.text;

import org.jspecify.annotations.NullMarked;
