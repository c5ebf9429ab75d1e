/**
 * The truth of the embedded world: a scorer trained apart from everything that the policy's training sees, and the
 * figures that it gives. Nothing outside this package may refer to it; it is found through ServiceLoader.
 */
@NullMarked
package org.tempera.examples.animals.gold;

import org.jspecify.annotations.NullMarked;
