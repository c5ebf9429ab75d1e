/** Judges a run by what lies in its folder: alone, against its control, and beside others. */
@NullMarked
package org.tempera.record.review;

import org.jspecify.annotations.NullMarked;
