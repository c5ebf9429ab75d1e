/** The `tempera` command. */
@NullMarked
package org.tempera.cli;

import org.jspecify.annotations.NullMarked;
