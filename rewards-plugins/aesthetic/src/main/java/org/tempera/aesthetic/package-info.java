/** The LAION aesthetic score: how much people like the look of an image, whatever it shows. */
@NullMarked
package org.tempera.aesthetic;

import org.jspecify.annotations.NullMarked;
