/** Paints small pictures of simple animals whose true quality is known: the world on which the example trains. */
@NullMarked
package org.tempera.examples.animals.painter;

import org.jspecify.annotations.NullMarked;
