/** Proof that the numbers are the reference's: oracle folders, and the runner of their cases. */
@NullMarked
package org.tempera.verify;

import org.jspecify.annotations.NullMarked;
