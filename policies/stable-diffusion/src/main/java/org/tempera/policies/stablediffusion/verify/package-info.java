/** The kinds of oracle cases that this policy serves. */
@NullMarked
package org.tempera.policies.stablediffusion.verify;

import org.jspecify.annotations.NullMarked;
