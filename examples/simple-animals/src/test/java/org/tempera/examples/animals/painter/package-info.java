/** Tests of the painter. */
@NullMarked
package org.tempera.examples.animals.painter;

import org.jspecify.annotations.NullMarked;
