/**
 * Pictures on the host: 8-bit RGB, PNG with text notes, grids.
 */
@NullMarked
package org.tempera.record.image;

import org.jspecify.annotations.NullMarked;
