/** Proof that the encoders' numbers are the reference's: kinds of oracle cases. */
@NullMarked
package org.tempera.nn.verify;

import org.jspecify.annotations.NullMarked;
