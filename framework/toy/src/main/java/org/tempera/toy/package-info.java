/**
 * A whole policy without files, small enough to be read at once, which algorithms, critics and the loop are tested
 * on.
 */
@NullMarked
package org.tempera.toy;

import org.jspecify.annotations.NullMarked;
