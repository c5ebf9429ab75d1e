/** Kinds of oracle cases that a plugin proves itself against. */
@NullMarked
package org.tempera.spi.verify;

import org.jspecify.annotations.NullMarked;
